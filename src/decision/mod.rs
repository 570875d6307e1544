//! Rule, roster, call, tally, verdict and `decide()`: how a mailing list decides.
