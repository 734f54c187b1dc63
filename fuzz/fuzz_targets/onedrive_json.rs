#![no_main]
faultbook_fuzz::target!(onedrive_json);
