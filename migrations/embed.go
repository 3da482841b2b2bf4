// Package migrations carries the numbered SQL files that build the database.
// They run in the order of their numbers and only forward.
package migrations

import "embed"

// Files holds every NNNN_name.sql of this folder. ${WANGGE_METRIC_SRID} in them
// stands for the metric SRID of the deployment; postgres.Migrate fills it in.
//
//go:embed *.sql
var Files embed.FS
