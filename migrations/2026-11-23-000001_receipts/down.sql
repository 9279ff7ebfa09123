DROP TABLE receipts;
DROP FUNCTION guard_receipt();
DROP TABLE loose_files;
