package platform

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrRelease is wrapped in text that names the releases there are.
var ErrRelease = errors.New("platform: no such software release")

// Era is the age of a release's listings, for those whose layout changed. Which
// they are is said where they are printed; every other one is that of 12.4.
type Era uint8

// The eras.
const (
	Era124 Era = iota // 12.4
	Era15             // 15.x
)

// release is one row of the software that a chassis can run.
type release struct {
	version  string // as show version prints it
	build    string
	image    string // end of the name of the image file
	compiled string // form only, no fact about an image (reference cli 4.1)
	year     int    // of the copyright
	era      Era
}

// releases holds every release; the first is what a router runs unless a lab
// says otherwise.
var releases = []release{
	{"12.4(6)T", "fc1", "124-6.T", "Wed 22-Feb-06 20:12 by ccai", 2006, Era124},
	{"15.1(4)M", "fc1", "151-4.M", "Thu 24-Mar-11 18:27 by prod_rel_team", 2011, Era15},
}

// Releases returns the names that Install takes, the default first.
func Releases() []string {
	out := make([]string, len(releases))
	for i, r := range releases {
		out[i] = r.version
	}
	return out
}

// Install makes the router run another software release, "15.1(4)M"; "" is the
// default. It returns ErrRelease for one that does not exist.
func (h *Hardware) Install(version string) error {
	r := releases[0]
	if version != "" {
		i := slices.IndexFunc(releases, func(r release) bool { return r.version == version })
		if i < 0 {
			return fmt.Errorf("%w: %q; there are %s", ErrRelease, version, strings.Join(Releases(), ", "))
		}
		r = releases[i]
	}
	id := &h.identity
	image, _, _ := strings.Cut(id.ImageFile, ".")
	id.Version, id.Build, id.Compiled, id.Year, id.Era = r.version, r.build, r.compiled, r.year, r.era
	id.ImageFile = image + "." + r.image + ".bin"
	return nil
}
