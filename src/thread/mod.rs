//! Posts → threads, by Message-ID, In-Reply-To and References (RFC 5322 §3.6.4).
use crate::mail::MessageId;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// stub
#[derive(Debug, Default)]
pub struct Forest {
    by: HashMap<u64, u32>,
    refs: Vec<Vec<u64>>,
    children: std::sync::OnceLock<HashMap<u32, Vec<u32>>>,
}
fn h(id: &MessageId) -> u64 {
    let mut s = DefaultHasher::new();
    id.as_str().hash(&mut s);
    s.finish()
}
impl Forest {
    /// stub
    pub fn add(&mut self, id: &MessageId, parents: &[MessageId]) -> Option<u32> {
        let n = self.refs.len() as u32;
        let k = h(id);
        if self.by.contains_key(&k) {
            return None;
        }
        self.by.insert(k, n);
        self.refs.push(parents.iter().map(h).collect());
        Some(n)
    }
    /// stub
    pub fn parent(&self, node: u32) -> Option<u32> {
        self.refs[node as usize].iter().filter_map(|r| self.by.get(r)).copied().find(|p| *p != node)
    }
    /// stub
    pub fn members(&self, root: u32, nested: &HashSet<u32>) -> Vec<u32> {
        let children = self.children.get_or_init(|| {
            let mut c = HashMap::<u32, Vec<u32>>::new();
            for n in 0..self.refs.len() as u32 {
                if let Some(p) = self.parent(n) {
                    c.entry(p).or_default().push(n);
                }
            }
            c
        });
        let mut seen = HashSet::from([root]);
        let mut out = vec![root];
        let mut i = 0;
        while i < out.len() {
            for c in children.get(&out[i]).into_iter().flatten() {
                if !nested.contains(c) && seen.insert(*c) {
                    out.push(*c);
                }
            }
            i += 1;
        }
        out
    }
}
