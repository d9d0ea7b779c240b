package modes

import (
	"strings"

	"tandem/config"
	"tandem/modes/secret"
	"tandem/parser"
)

// user is one entry of the local user database. A user without a password
// can't log in unless nopassword says so.
type user struct {
	privilege int // 0 to 15; 1 is not printed
	password  secret.Secret
	secret    bool   // printed as "secret", not "password"
	open      bool   // nopassword
	command   string // run instead of a prompt, "" for the prompt
}

const userSyntax = "username <name:word> [privilege <level:0-15>] [autocommand <command:line> | nopassword | password [0@clear | 7@hidden] <text:line> | " +
	"secret [0@clear | 5@md5 | 8@pbkdf2 | 9@scrypt] <text:line>]"

// username adds to what is known of a user: "username a privilege 15" and
// "username a secret b" may come on two lines.
var username = Verb{
	In: ConfigMode, Syntax: userSyntax, No: "username <name:word> [<rest:line>]",
	Help: secretHelp(passwordHelp(Words{
		"username": "Establish User Name Authentication", "name": "User name", "privilege": "Set user privilege level",
		"level": "User privilege level", "autocommand": "Automatically issue a command after the user logs in",
		"command":    "Command to be automatically issued after the user logs in",
		"nopassword": "No password is required for the user to log in",
		"password":   "Specify the password for the user", "secret": "Specify the secret for the user", "rest": "What to forget",
	}, "user password"), "user password"),
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		name := a.Get("name")
		if form != parser.Plain {
			x.Node.Unset(config.Slot{Leaf: userSyntax, Instance: name})
			return nil
		}
		u, err := editUser(x, userIn(x.Node, name), a)
		if err != nil {
			return err
		}
		putUser(x.Node, name, u)
		return nil
	},
	Examples: []string{"username cisco autocommand show users", "username cisco privilege 15 secret 5 $1$mHcJ$FWUkT4TuCA.DSBod7NUDM/"},
}

func editUser(x *Exec, u user, a parser.Args) (user, error) {
	var err error
	if a.Has("level") {
		u.privilege = a.Int("level")
	}
	switch {
	case a.Has("command"):
		u.command = a.Get("command")
	case a.Has("nopassword"):
		u.password, u.open = secret.Secret{}, true
	case a.Has("password"):
		u.open, u.secret = false, false
		u.password, err = typedPassword(x, a)
	case a.Has("secret"):
		u.password, err = typedSecret(x, a, u.password)
		u.open, u.secret = false, true
	}
	return u, err
}

// userIn returns a user of a configuration, or a new one.
func userIn(n *config.Node, name string) user {
	if e, ok := n.Get(config.Slot{Leaf: userSyntax, Instance: name}); ok {
		return e.Value.(user)
	}
	return user{privilege: 1}
}

func putUser(n *config.Node, name string, u user) {
	words := []string{"username", name}
	if u.privilege != 1 {
		words = append(words, "privilege", itoa(u.privilege))
	}
	switch {
	case u.open:
		words = append(words, "nopassword")
	case u.password.Set() && u.secret:
		words = append(words, numbered("secret", u.password))
	case u.password.Set():
		words = append(words, numbered("password", u.password))
	}
	lines := line(strings.Join(words, " "))
	if u.command != "" { // a line of its own (remembered)
		lines = append(lines, config.Line{Text: "username " + name + " autocommand " + u.command})
	}
	n.Set(config.Entry{
		Slot: config.Slot{Leaf: userSyntax, Instance: name}, Value: u,
		Place: config.Place{Section: config.SectionUsers, Order: [4]int{0, userRank(n, name)}}, Lines: lines,
	})
}

// userRank is the place of a user among the others: users are listed in the
// order in which they were first entered.
func userRank(n *config.Node, name string) int {
	next := 0
	for _, e := range n.Entries() {
		if e.Slot.Leaf != userSyntax {
			continue
		}
		if e.Slot.Instance == name {
			return e.Place.Order[1]
		}
		next = max(next, e.Place.Order[1]+1)
	}
	return next
}

func userLines() []Declaration { return []Declaration{username} }

// CheckUser reports whether a name and a password are those of a local user,
// and the user's privilege level.
func CheckUser(t *config.Tree, name, password string) (privilege int, ok bool) {
	e, found := t.Root.Get(config.Slot{Leaf: userSyntax, Instance: name})
	if !found {
		return 0, false
	}
	u := e.Value.(user)
	return u.privilege, u.open || u.password.Check(password)
}

// UserPrivilege returns the level of a local user, 1 for a name nobody
// configured.
func UserPrivilege(t *config.Tree, name string) int { return userIn(t.Root, name).privilege }

// UserAutoCommand is what a local user gets instead of a prompt, "" for the
// prompt.
func UserAutoCommand(t *config.Tree, name string) string { return userIn(t.Root, name).command }

// KnowsUser reports whether a name is that of a local user.
func KnowsUser(t *config.Tree, name string) bool {
	_, ok := t.Root.Get(config.Slot{Leaf: userSyntax, Instance: name})
	return ok
}
