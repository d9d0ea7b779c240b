package modes

import (
	"strings"

	"tandem/config"
	"tandem/parser"
)

// Kinds of banner, in the order that a configuration prints them.
const (
	BannerExec     = "exec"
	BannerIncoming = "incoming"
	BannerLogin    = "login"
	BannerMOTD     = "motd"
)

var bannerKinds = []string{BannerExec, BannerIncoming, BannerLogin, BannerMOTD}

// bannerLimit bounds a banner in bytes, so that a paste without its end stays
// harmless.
const bannerLimit = 16 << 10

// typedETX is how listings show the character Ctrl-C; two characters typed so
// are one delimiter (reference cli 1.9).
const typedETX = "^C"

// bannerLine takes a text between two delimiters, on one line or many.
var bannerLine = Verb{
	In: ConfigMode, Syntax: "banner {exec | incoming | login | motd} <text:line>", No: "banner {exec | incoming | login | motd} [<text:line>]",
	Help: Words{
		"banner": "Define a login banner", "exec": "Set EXEC process creation banner", "incoming": "Set incoming terminal line banner",
		"login": "Set login banner", "motd": "Set Message of the Day banner",
		"text": "c banner-text c, where 'c' is a delimiting character",
	},
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		kind := a[1].Name
		if form != parser.Plain {
			x.Node.Unset(bannerSlot(kind))
			return nil
		}
		node := x.Node
		takeText(x, a.Get("text"), func(text string) { putBanner(node, kind, text) })
		return nil
	},
	Examples: []string{"banner motd ^Chello^C"},
}

// delimiter splits what follows the keyword into the delimiter and the rest.
func delimiter(text string) (end, rest string) {
	if strings.HasPrefix(text, typedETX) {
		return typedETX, text[len(typedETX):]
	}
	return text[:1], text[1:]
}

// takeText puts the text between two delimiters, which begins with what was
// typed: there and then, or once the lines that follow have the second one.
func takeText(x *Exec, typed string, put func(text string)) {
	end, rest := delimiter(typed)
	if text, _, done := strings.Cut(rest, end); done {
		put(text)
		return
	}
	x.Print("Enter TEXT message.  End with the character '" + end + "'.\n")
	readText(x, end, rest+"\n", put)
}

// readText takes raw lines until one has the delimiter.
func readText(x *Exec, end, text string, put func(text string)) {
	x.Ask(Question{Answer: AnswerText, Then: func(x *Exec, answer string) {
		before, _, done := strings.Cut(strings.TrimSuffix(answer, EndOfText), end)
		switch {
		case done:
			put(text + before)
		case len(text)+len(answer) > bannerLimit:
			x.Print("% Banner too long\n")
		default:
			readText(x, end, text+before+"\n", put)
		}
	}})
}

func bannerSlot(kind string) config.Slot { return config.Slot{Leaf: "banner", Instance: kind} }

func putBanner(n *config.Node, kind, text string) {
	order := 0
	for i, k := range bannerKinds {
		if k == kind {
			order = i
		}
	}
	n.Set(config.Entry{
		Slot: bannerSlot(kind), Place: in(config.SectionBanners, order), Value: text,
		Lines: line("banner " + kind + " " + around(text) + text + around(text)),
	})
}

// around is the delimiter that a banner prints with: IOS's own, or else a
// character that the text leaves free.
func around(text string) string {
	for _, d := range []string{typedETX, "#", "$", "%", "&", "~"} {
		if !strings.Contains(text, d) {
			return d
		}
	}
	return "\x7f" // nobody can type it into a text
}

func bannerLines() []Declaration { return []Declaration{bannerLine} }

// BannerOf returns the text of a banner, "" when there is none. The tokens
// $(hostname), $(domain), $(line) and $(line-desc) are filled in, the last with
// the location of the line.
func BannerOf(t *config.Tree, kind string, line int, location string) string {
	e, ok := t.Root.Get(bannerSlot(kind))
	if !ok {
		return ""
	}
	return strings.NewReplacer("$(hostname)", HostnameOf(t), "$(domain)", DomainOf(t), "$(line)", itoa(line), "$(line-desc)", location).Replace(e.Value.(string))
}
