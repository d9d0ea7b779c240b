package clients_test

import (
	"fmt"
	"strings"
)

func ansibleVersion(r *run) string {
	out := r.does(python, "-c", `
import ansible.release, json, paramiko
manifest = json.load(open("`+library+`/ansible_collections/cisco/ios/MANIFEST.json"))
print("ansible-core %s, cisco.ios %s, paramiko %s" % (
    ansible.release.__version__, manifest["collection_info"]["version"], paramiko.__version__))`)
	return strings.TrimSpace(out)
}

// inventory has both routers, reached by network_cli.
func (r *run) inventory() string {
	var hosts strings.Builder
	for _, d := range r.pair {
		fmt.Fprintf(&hosts, "    %s: {ansible_port: %d}\n", d.name, d.ssh)
	}
	return r.file("inventory.yml", "all:\n  hosts:\n"+hosts.String()+"  vars:\n"+
		"    ansible_host: 127.0.0.1\n    ansible_python_interpreter: "+python+"\n"+
		"    ansible_connection: ansible.netcommon.network_cli\n    ansible_network_os: cisco.ios.ios\n"+
		"    ansible_user: "+user+"\n    ansible_password: "+password+"\n"+
		"    ansible_become: true\n    ansible_become_method: ansible.netcommon.enable\n    ansible_become_password: "+secret+"\n")
}

func driveAnsible(r *run) {
	r.file("ansible.cfg", "[defaults]\nhost_key_checking = false\n")
	out := r.does("ansible-playbook", "-i", r.inventory(), r.script("ansible.yml"))
	for line := range strings.Lines(out) {
		if _, task, ok := strings.Cut(line, "TASK [drove: "); ok {
			task, _, _ = strings.Cut(task, "]")
			r.drove(task)
		}
	}
	for _, d := range r.pair {
		r.saved(d, mark(r.number)...)
	}
	r.row.result = "passes"
}
