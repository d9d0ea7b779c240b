package modes

import (
	"fmt"
	"strings"

	"tandem/platform"
)

// cryptoNotice is printed by images with cryptography; its words are those of
// every such image.
const cryptoNotice = `
This product contains cryptographic features and is subject to United
States and local country laws governing import, export, transfer and
use. Delivery of Cisco cryptographic products does not imply
third-party authority to import, export, distribute or use encryption.
Importers, exporters, distributors and users are responsible for
compliance with U.S. and local country laws. By using this product you
agree to comply with applicable laws and regulations. If you are unable
to comply with U.S. and local laws, return this product immediately.

A summary of U.S. laws governing Cisco cryptographic products may be found at:
http://www.cisco.com/wwl/export/crypto/tool/stqrg.html

If you require further assistance please contact us by sending email to
export@cisco.com.

`

// restrictedRights stands between the loader's lines and those of the image
// (samples console-session-c1941-154 and unicon-mock-ios-reload).
const restrictedRights = `
              Restricted Rights Legend

Use, duplication, or disclosure by the Government is
subject to restrictions as set forth in subparagraph
(c) of the Commercial Computer Software - Restricted
Rights clause at FAR sec. 52.227-19 and subparagraph
(c) (1) (ii) of the Rights in Technical Data and Computer
Software clause at DFARS sec. 252.227-7013.

           cisco Systems, Inc.
           170 West Tasman Drive
           San Jose, California 95134-1706



`

// decompressing is how many marks the image takes to unpack (assumed).
const decompressing = 64

// BootText is what the console shows from power-on until the configuration is
// read (reference cli 3). The loader's lines before the legend are assumed.
func BootText(hw *platform.Hardware) string {
	id := hw.Identity()
	processor, io := memorySize(id)
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\nTechnical Support: http://www.cisco.com/techsupport\n", id.ROM)
	fmt.Fprintf(&b, "%s platform with %d Kbytes of main memory\n\n", id.Platform(), (processor+io)/kilobyte)
	fmt.Fprintf(&b, "program load complete: %s\nSelf decompressing the image : %s [OK]\n", id.ImageFile, strings.Repeat("#", decompressing))
	b.WriteString(restrictedRights + Banner(id) + "\n" + cryptoNotice)
	b.WriteString(hardwareText(hw) + "\n")
	return b.String()
}

// Banner is the software's own description, as show version and the boot text
// begin.
func Banner(id platform.Identity) string {
	return id.Software() + "\nTechnical Support: http://www.cisco.com/techsupport\n" +
		"Copyright (c) 1986-" + itoa(id.Year) + " by Cisco Systems, Inc.\nCompiled " + id.Compiled + "\n"
}

// hardwareText is the hardware as show version and the boot text list it.
func hardwareText(hw *platform.Hardware) string {
	id := hw.Identity()
	lines := []string{id.Hardware, "Processor board ID " + id.Board}
	if id.CPU != "" {
		lines = append(lines, id.CPU)
	}
	lines = append(lines, hw.Counts()...)
	lines = append(lines, id.Extra...)
	lines = append(lines, id.NVRAMLine, id.Flash)
	return strings.Join(lines, "\n") + "\n"
}
