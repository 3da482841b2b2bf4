package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"wangge/internal/api"
	"wangge/internal/postgres"
)

// openAPI writes the description of the API, from which the web's types are
// generated. It needs no database.
func openAPI(_ context.Context, p program, args []string) error {
	set := flags(p, "openapi", "[参数]")
	out := set.String("o", "", "写到这个文件，不填为标准输出")
	if err := parse(set, args); err != nil {
		return err
	}
	_, described := (&api.Server{Store: &postgres.DB{}, Sessions: postgres.Sessions{}, Log: p.log}).Handler()
	text, err := json.MarshalIndent(described.OpenAPI(), "", "  ")
	if err != nil {
		return fmt.Errorf("writing OpenAPI: %w", err)
	}
	text = append(text, '\n')
	if *out == "" {
		_, err = p.stdout.Write(text)
		return err
	}
	return os.WriteFile(*out, text, 0o644)
}
