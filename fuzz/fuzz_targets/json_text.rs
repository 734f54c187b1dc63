#![no_main]
faultbook_fuzz::target!(json_text);
