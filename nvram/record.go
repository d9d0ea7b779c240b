package nvram

import (
	"fmt"
	"hash/crc32"
	"strings"
	"time"
)

// A stored file is one header line, so that it can be read with any tool,
// and the content as it is:
//
//	tandem-file 1 0000002622 5b8d6e01\n
//	            |          |        |
//	       version  length in    CRC-32C of the
//	                   bytes     content, hexadecimal
//
// A file that was written at a known time has a version 2 header of the same
// length but for the date, which its checksum covers too:
//
//	tandem-file 2 0000002622 5b8d6e01 20020301000412\n
const (
	magic     = "tandem-file 1 "
	magic2    = "tandem-file 2 "
	dateForm  = "20060102150405" // UTC, of the router's clock
	headerLen = len(magic) + len("0002622000 5b8d6e01\n")
	datedLen  = headerLen + len(" ") + len(dateForm)

	// maxContent is the largest content a store takes, 64 MiB.
	maxContent = 64 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header returns the header line of content written at a date, the zero one
// for none.
func header(content []byte, at time.Time) string {
	sum := crc32.Checksum(content, castagnoli)
	if at.IsZero() {
		return fmt.Sprintf("%s%010d %08x\n", magic, len(content), sum)
	}
	date := at.UTC().Format(dateForm)
	return fmt.Sprintf("%s%010d %08x %s\n", magic2, len(content), crc32.Update(sum, castagnoli, []byte(date)), date)
}

// encode puts the header before content. The date is kept to the second; one
// that four digits of a year cannot tell is left out.
func encode(content []byte, at time.Time) []byte {
	if year := at.UTC().Year(); year < 1 || year > 9999 {
		at = time.Time{}
	}
	return append([]byte(header(content, at)), content...)
}

// headerOf tells how long the header at the start of a stored file is, and the
// date in it: the zero one where there is none to read.
func headerOf(stored []byte) (length int, at time.Time) {
	if !strings.HasPrefix(string(stored[:min(len(stored), len(magic2))]), magic2) || len(stored) < datedLen {
		return headerLen, time.Time{}
	}
	at, err := time.Parse(dateForm, string(stored[datedLen-1-len(dateForm):datedLen-1]))
	if err != nil {
		return datedLen, time.Time{}
	}
	return datedLen, at
}

// decode checks a stored file and returns its content, which shares memory
// with stored. The error wraps ErrCorrupt and says what is wrong. Only what
// encode writes is accepted, to the byte.
func decode(stored []byte) ([]byte, error) {
	if len(stored) < headerLen {
		return nil, fmt.Errorf("%w: %d bytes are less than a header", ErrCorrupt, len(stored))
	}
	length, at := headerOf(stored)
	found, content := string(stored[:length]), stored[length:]
	want := header(content, at)
	sum := headerLen - len("5b8d6e01\n")
	switch {
	case found == want:
		return content, nil
	case !strings.HasPrefix(found, magic) && !strings.HasPrefix(found, magic2):
		return nil, fmt.Errorf("%w: no header", ErrCorrupt)
	case found[len(magic):sum] != want[len(magic):sum]:
		return nil, fmt.Errorf("%w: header announces %q bytes, file has %d", ErrCorrupt, found[len(magic):sum-1], len(content))
	}
	return nil, fmt.Errorf("%w: checksum mismatch", ErrCorrupt)
}
