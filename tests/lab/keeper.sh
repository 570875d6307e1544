#!/bin/sh
# Ends a lab. It reads lines "+ID" and "-ID" from standard input: sessions to keep, and to keep no longer. When
# that closes, because the test is over or because its process died in any way, it stops the sessions that it
# keeps and removes the lab's folder.
# usage: keeper.sh FOLDER keep|remove
sessions=' '
while read -r line; do
    id=${line#?}
    case $line in
    +*) sessions="$sessions$id " ;;
    -*) sessions="${sessions%% "$id" *} ${sessions#* "$id" }" ;;
    esac
done

living() {
    for stat in /proc/[0-9]*/stat; do
        read -r line <"$stat" || continue
        pid=${line%% *}
        # After the command's name, in brackets: state, parent, group, session.
        set -- ${line##*) }
        [ "$1" = Z ] && continue
        case $sessions in *" $4 "*) printf '%s ' "$pid" ;; esac
    done 2>/dev/null
}

for pid in $(living); do
    case $sessions in *" $pid "*) kill -TERM "$pid" ;; esac
done
tries=0
while [ -n "$(living)" ] && [ $tries -lt 100 ]; do
    sleep 0.05
    tries=$((tries + 1))
done
while left=$(living) && [ -n "$left" ] && [ $tries -lt 200 ]; do
    kill -KILL $left
    sleep 0.05
    tries=$((tries + 1))
done
[ "$2" = keep ] || rm -rf -- "$1"
