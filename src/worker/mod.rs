//! The loop: fetch → store → decide → queue → send.
