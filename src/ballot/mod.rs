//! The author's own words → a Reading: is there a vote in them, and which.
