#![no_main]
faultbook_fuzz::target!(lineworks_json);
