//! Where the state of each root module lies, and who else writes there.
