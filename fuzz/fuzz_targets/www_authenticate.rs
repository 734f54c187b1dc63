#![no_main]
faultbook_fuzz::target!(www_authenticate);
