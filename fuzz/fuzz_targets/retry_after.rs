#![no_main]
faultbook_fuzz::target!(retry_after);
