package ward

// Account is a person who may sign in. The password is only ever a hash and is
// not part of it.
type Account struct {
	ID       int64   `json:"id"`
	Login    string  `json:"login" doc:"账号"`
	Name     string  `json:"name" doc:"姓名"`
	Disabled bool    `json:"disabled" doc:"停用"`
	Version  int64   `json:"version" doc:"版本；上升即此前的登录全部失效"`
	Grants   []Grant `json:"grants" doc:"角色与辖区"`
}

// Actor is the account as the one who acts.
func (a Account) Actor() Actor {
	return Actor{ID: a.ID, Login: a.Login, Name: a.Name, Grants: a.Grants}
}

// Home is the lowest path that contains every grant, "" when that is the
// deployment.
func (a Account) Home() string {
	paths := make([]string, len(a.Grants))
	for i, g := range a.Grants {
		paths[i] = g.Path
	}
	return commonPath(paths)
}

// Limits of signing in.
const (
	LoginTries       = 5  // wrong passwords for one account in LoginWindow before it has to wait
	LoginAddressTry  = 60 // wrong passwords from one address in LoginWindow
	LoginWindow      = 15 // minutes
	PasswordShortest = 10 // characters
)
