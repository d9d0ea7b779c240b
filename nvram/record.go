package nvram

import (
	"fmt"
	"hash/crc32"
	"strings"
)

// A stored file is one header line, so that it can be read with any tool,
// and the content as it is:
//
//	tandem-file 1 0000002622 5b8d6e01\n
//	            |          |        |
//	       version  length in    CRC-32C of the
//	                   bytes     content, hexadecimal
const (
	magic     = "tandem-file 1 "
	headerLen = len(magic) + len("0002622000 5b8d6e01\n")

	// maxContent is the largest content a store takes, 64 MiB.
	maxContent = 64 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header returns the header line of content.
func header(content []byte) string {
	return fmt.Sprintf("%s%010d %08x\n", magic, len(content), crc32.Checksum(content, castagnoli))
}

// encode puts the header before content.
func encode(content []byte) []byte { return append([]byte(header(content)), content...) }

// decode checks a stored file and returns its content, which shares memory
// with stored. The error wraps ErrCorrupt and says what is wrong. Only what
// encode writes is accepted, to the byte.
func decode(stored []byte) ([]byte, error) {
	if len(stored) < headerLen {
		return nil, fmt.Errorf("%w: %d bytes are less than a header", ErrCorrupt, len(stored))
	}
	found, content := string(stored[:headerLen]), stored[headerLen:]
	want := header(content)
	sum := headerLen - len("5b8d6e01\n")
	switch {
	case found == want:
		return content, nil
	case !strings.HasPrefix(found, magic):
		return nil, fmt.Errorf("%w: no header", ErrCorrupt)
	case found[:sum] != want[:sum]:
		return nil, fmt.Errorf("%w: header announces %q bytes, file has %d", ErrCorrupt, found[len(magic):sum-1], len(content))
	}
	return nil, fmt.Errorf("%w: checksum mismatch", ErrCorrupt)
}
