#![no_main]
faultbook_fuzz::target!(capture);
