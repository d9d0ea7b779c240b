package platform

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strings"
)

// Identity is what show version says of a router, apart from what depends on
// its state and configuration (reference cli 4.1).
type Identity struct {
	Family     string   // "3800"
	Image      string   // "C3845-ADVSECURITYK9-M"
	Version    string   // "12.4(6)T"
	Era        Era      // of its listings
	Build      string   // "fc1"
	Compiled   string   // what follows "Compiled "
	Year       int      // last one of the copyright
	ROM        string   // what follows "ROM: "
	ImageFile  string   // "flash:c3845-advsecurityk9-mz.124-6.T.bin"
	Hardware   string   // "Cisco 3845 (revision 1.0) with ... bytes of memory."
	Board      string   // serial number of the processor board
	CPU        string   // the line after the processor board, "" for none
	Extra      []string // lines after the interface counts
	NVRAM      int      // K bytes as show version counts them
	NVRAMLine  string
	Flash      string // the line for the flash card
	FlashBytes int    // its size in bytes
	Register   string // configuration register
	Product    uint32 // number below ciscoProducts: the end of sysObjectID (CISCO-PRODUCTS-MIB, from memory)
}

// Software is the first line of show version.
func (i Identity) Software() string {
	return fmt.Sprintf("Cisco IOS Software, %s Software (%s), Version %s, RELEASE SOFTWARE (%s)", i.Family, i.Image, i.Version, i.Build)
}

// Platform is the family member in small letters, as the boot loader and the
// name of the image begin: "c3845".
func (i Identity) Platform() string {
	_, file, _ := strings.Cut(i.ImageFile, ":")
	name, _, _ := strings.Cut(file, "-")
	return name
}

// Part is one part of show inventory.
type Part struct {
	Name, Descr string
	PID         string // "" where the part has none
	VID         string
	Serial      string
}

// String prints the part's two lines.
func (p Part) String() string {
	return fmt.Sprintf("NAME: %q, DESCR: %q\nPID: %-18s, VID: %-4s, SN: %s\n", p.Name, p.Descr, p.PID, p.VID, p.Serial)
}

// seed spreads a name over 64 bits.
func seed(words ...string) uint64 {
	h := fnv.New64a()
	for _, w := range words {
		h.Write([]byte(w)) // hash.Hash never returns an error
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// serial makes a number of the form FTX1043A2CR: three letters for the plant,
// year and week, four characters.
func serial(plant string, seed uint64) string {
	const letters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	year, week := 9+seed%5, 1+seed/5%52
	tail := make([]byte, 4)
	rest := seed / (5 * 52)
	for i := range tail {
		tail[i] = letters[rest%uint64(len(letters))]
		rest /= uint64(len(letters))
	}
	return fmt.Sprintf("%s%02d%02d%s", plant, year, week, tail)
}

// address makes a burned-in address: ca, four bytes of the router, one of the
// port. ca marks it as locally administered, as addresses of emulated Cisco
// routers usually are; 32 bits keep the routers of a lab apart.
func address(router uint64, port byte) [6]byte {
	var a [6]byte
	a[0] = 0xca
	binary.BigEndian.PutUint32(a[1:], uint32(router>>32)^uint32(router))
	a[5] = port
	return a
}
