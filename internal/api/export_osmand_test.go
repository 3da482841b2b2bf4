package api

// ReadFix is readFix.
var ReadFix = readFix
