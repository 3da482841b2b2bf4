package ward

import (
	"context"
	"slices"
	"strings"
)

// Scope is the territory within which one operation of one person may read and
// write, as paths of the area tree ("d1.s2.c3", "d1.s2.c3.g45"). Its fields are
// private: outside this package it can only come from an Actor and a permitted
// operation, so a query that forgot its territory does not compile. The zero
// Scope covers nothing.
type Scope struct {
	actor int64
	paths []string
	names bool
	// grants are those the operation runs under, for rules that ask which role
	// is held over one place.
	grants []Grant
}

// System is the scope of the program itself (import from the command line,
// demo, migrations): everything under the given root paths.
func System(paths ...string) Scope { return Scope{paths: paths, names: true} }

// Outsider is the scope of somebody without a sign-in who acts in one place: a
// resident through a sign, another system through its key. The account is the one
// their acts are written down under.
func Outsider(account int64, role Role, path string) Scope {
	return Scope{actor: account, paths: []string{path}, grants: []Grant{{Role: role, Path: path}}}
}

// Paths returns the ltree paths the scope covers, never nil; "" covers all.
func (s Scope) Paths() []string {
	if s.paths == nil {
		return []string{}
	}
	return s.paths
}

// Actor is the account acting, 0 for the program itself.
func (s Scope) Actor() int64 { return s.actor }

// SeesNames says whether names and phones are shown whole to this person in
// this operation; otherwise they are masked.
func (s Scope) SeesNames() bool { return s.names }

// RolesAt are the roles held over a path in this operation.
func (s Scope) RolesAt(path string) (roles []Role) {
	for _, g := range s.grants {
		if (Scope{paths: []string{g.Path}}).Covers(path) {
			roles = addOnce(roles, g.Role)
		}
	}
	return roles
}

// RolesThen are the roles held over a path, or, where something late comes in
// from what was one's territory then, those held anywhere.
func (s Scope) RolesThen(path string) []Role {
	roles := s.RolesAt(path)
	if len(roles) == 0 {
		for _, g := range s.grants {
			roles = addOnce(roles, g.Role)
		}
	}
	return roles
}

// PathsOf are the paths over which one of the roles is held, never nil.
func (s Scope) PathsOf(roles ...Role) []string {
	paths := []string{}
	for _, g := range s.grants {
		if slices.Contains(roles, g.Role) {
			paths = append(paths, g.Path)
		}
	}
	return paths
}

// SeesPrivate says whether incidents kept from public view (disputes) are this
// person's work, whoever handles them: those in the grid and the office. A handling
// unit sees what it is in charge of.
func (s Scope) SeesPrivate() bool {
	return s.grants == nil && s.actor == 0 && s.names || slices.ContainsFunc(s.grants, func(g Grant) bool {
		return g.Role == Resident || g.Role != Handler && slices.Contains(fieldWork, g.Role)
	})
}

// Masked is the same territory with names and phones masked, for what leaves
// the program in bulk.
func (s Scope) Masked() Scope {
	s.names = false
	return s
}

// Covers reports whether the area path lies within the scope.
func (s Scope) Covers(path string) bool {
	return slices.ContainsFunc(s.paths, func(p string) bool {
		return p == "" || p == path || (strings.HasPrefix(path, p) && path[len(p)] == '.')
	})
}

// Meets reports whether the scope and the area at the path have ground in common:
// one lies within the other.
func (s Scope) Meets(path string) bool {
	return s.Covers(path) || slices.ContainsFunc(s.paths, (Scope{paths: []string{path}}).Covers)
}

// addPath adds a path that those before do not cover, and drops those it covers:
// somebody with six roles over a street has one territory, looked at once.
func addPath(paths []string, path string) []string {
	if (Scope{paths: paths}).Covers(path) {
		return paths
	}
	paths = slices.DeleteFunc(paths, (Scope{paths: []string{path}}).Covers)
	return append(paths, path)
}

// Common is the lowest path that contains the whole scope, "" when that is the
// deployment.
func (s Scope) Common() string { return CommonPath(s.paths) }

// CommonPath is the smallest area that holds all paths; "" is the whole
// deployment.
func CommonPath(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	common := strings.Split(paths[0], ".")
	for _, p := range paths[1:] {
		parts := strings.Split(p, ".")
		n := 0
		for n < len(common) && n < len(parts) && common[n] == parts[n] {
			n++
		}
		common = common[:n]
	}
	return strings.Join(common, ".")
}

// Own is the scope in which somebody reads back what they have just written,
// wherever it lies by now.
func (s Scope) Own() Scope { return Scope{actor: s.actor, paths: []string{""}, names: s.names} }

// For is the same territory for another account: what the program reads back
// for somebody.
func (s Scope) For(actor int64) Scope { return Scope{actor: actor, paths: s.paths, names: s.names} }

// Equal reports whether two scopes cover the same paths for the same person.
func (s Scope) Equal(o Scope) bool {
	return s.actor == o.actor && s.names == o.names && slices.Equal(s.paths, o.paths)
}

type actorKey struct{}

// WithActor puts the acting person into ctx.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom returns the acting person; false when nobody is signed in.
func ActorFrom(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	return a, ok
}

type scopeKey struct{}

// WithScope puts the territory of the running operation into ctx. Only the
// session code calls it, with what Actor.Scope gave.
func WithScope(ctx context.Context, s Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// ScopeFrom returns the territory of the running operation; without one it is
// the zero Scope, which sees nothing.
func ScopeFrom(ctx context.Context) Scope {
	s, _ := ctx.Value(scopeKey{}).(Scope)
	return s
}
