/*
 * One end of SCTP associations on usrsctp, driven by lines on standard input
 * and telling what happens by lines on standard output, so that a test can
 * hold it against another implementation. Build: cc peer.c -lusrsctp
 *
 *   peer conn LOCALPORT REMOTEPORT
 *       packets without IP header travel over the datagram socket of
 *       descriptor 3
 *   peer raw LOCALPORT REMOTEPORT LOCAL[,LOCAL] REMOTE[,REMOTE]
 *       IP packets of protocol 132 from and to these addresses
 *
 * Commands: connect | send STREAM o|u LENGTH COUNT | shutdown | abort | quit
 * Answers:  ready | up | lost | restarted | refused | ended |
 *           path ADDRESS up|down|confirmed | message STREAM LENGTH CHECKSUM |
 *           sent COUNT | error TEXT
 *
 * Message number n (from 0 for each send) has n in its first four bytes, most
 * significant first, and byte j of the rest is n*7+j. CHECKSUM is FNV-1a in
 * 32 bits. The side that the other one aborts says "lost"; the association
 * that ends in good order says "ended".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <usrsctp.h>

enum { wire = 3, streams = 16, longest = 1 << 20, paths = 2 };

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_conn conn;
};

static union address local[paths], remote[paths];
static int locals, remotes;
static int key; /* its address names the one AF_CONN link */

static void
tell(const char *format, ...)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	va_list args;

	va_start(args, format);
	pthread_mutex_lock(&lock);
	vprintf(format, args);
	putchar('\n');
	fflush(stdout);
	pthread_mutex_unlock(&lock);
	va_end(args);
}

static void
fail(const char *what)
{
	tell("error %s: %s", what, strerror(errno));
}

/* AF_CONN: packets out of and into the stack. */
static int
output(void *link, void *packet, size_t length, uint8_t tos, uint8_t df)
{
	(void)link, (void)tos, (void)df;
	return send(wire, packet, length, 0) < 0 ? errno : 0;
}

static void *
input(void *unused)
{
	static char packet[65536];
	ssize_t n;

	while ((n = recv(wire, packet, sizeof packet, 0)) > 0)
		usrsctp_conninput(&key, packet, n, 0);
	return unused;
}

/* What a stream has brought of its message so far. */
static struct {
	uint32_t length, sum;
} partial[streams];

static void
received(const unsigned char *data, size_t n, unsigned stream, int end)
{
	if (stream >= streams) {
		tell("error stream %u", stream);
		return;
	}
	if (partial[stream].length == 0)
		partial[stream].sum = 2166136261u;
	for (size_t i = 0; i < n; i++)
		partial[stream].sum = (partial[stream].sum ^ data[i]) * 16777619u;
	partial[stream].length += n;
	if (end) {
		tell("message %u %u %08x", stream, partial[stream].length, partial[stream].sum);
		partial[stream].length = 0;
	}
}

static void
assoc_change(const struct sctp_assoc_change *n)
{
	static const char *names[] = {
		[SCTP_COMM_UP] = "up", [SCTP_COMM_LOST] = "lost", [SCTP_RESTART] = "restarted",
		[SCTP_SHUTDOWN_COMP] = "ended", [SCTP_CANT_STR_ASSOC] = "refused",
	};

	memset(partial, 0, sizeof partial);
	if (n->sac_state >= 1 && n->sac_state < sizeof names / sizeof *names)
		tell("%s", names[n->sac_state]);
}

static void
path_change(const struct sctp_paddr_change *n)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&n->spc_aaddr;
	char text[INET_ADDRSTRLEN] = "link";
	const char *what;

	switch (n->spc_state) {
	case SCTP_ADDR_AVAILABLE:
		what = "up";
		break;
	case SCTP_ADDR_UNREACHABLE:
		what = "down";
		break;
	case SCTP_ADDR_CONFIRMED:
		what = "confirmed";
		break;
	default:
		return;
	}
	if (in->sin_family == AF_INET)
		inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
	tell("path %s %s", text, what);
}

static int
arrived(struct socket *sock, union sctp_sockstore from, void *data, size_t n, struct sctp_rcvinfo info, int flags, void *unused)
{
	const union sctp_notification *note = data;

	(void)sock, (void)from, (void)unused;
	if (data == NULL)
		return 1;
	if (!(flags & MSG_NOTIFICATION))
		received(data, n, info.rcv_sid, flags & MSG_EOR);
	else if (note->sn_header.sn_type == SCTP_ASSOC_CHANGE)
		assoc_change(&note->sn_assoc_change);
	else if (note->sn_header.sn_type == SCTP_PEER_ADDR_CHANGE)
		path_change(&note->sn_paddr_change);
	free(data);
	return 1;
}

static int
set(struct socket *sock, int option, const void *value, socklen_t length)
{
	if (usrsctp_setsockopt(sock, IPPROTO_SCTP, option, value, length) == 0)
		return 0;
	fail("setsockopt");
	return -1;
}

/* Timers of a LAN, so that tests with loss end soon. */
static int
configure(struct socket *sock)
{
	struct sctp_rtoinfo rto = {.srto_initial = 100, .srto_max = 400, .srto_min = 50};
	struct sctp_assocparams assoc = {.sasoc_asocmaxrxt = 10};
	struct sctp_initmsg init = {.sinit_num_ostreams = streams, .sinit_max_instreams = streams, .sinit_max_attempts = 20, .sinit_max_init_timeo = 400};
	struct sctp_paddrparams path = {.spp_hbinterval = 200, .spp_pathmaxrxt = 3, .spp_flags = SPP_HB_ENABLE};
	struct sctp_event event = {.se_assoc_id = SCTP_FUTURE_ASSOC, .se_on = 1};
	const uint32_t on = 1;

	if (set(sock, SCTP_RTOINFO, &rto, sizeof rto) || set(sock, SCTP_ASSOCINFO, &assoc, sizeof assoc) ||
	    set(sock, SCTP_INITMSG, &init, sizeof init) || set(sock, SCTP_PEER_ADDR_PARAMS, &path, sizeof path) ||
	    set(sock, SCTP_NODELAY, &on, sizeof on) || set(sock, SCTP_RECVRCVINFO, &on, sizeof on))
		return -1;
	event.se_type = SCTP_ASSOC_CHANGE;
	if (set(sock, SCTP_EVENT, &event, sizeof event))
		return -1;
	event.se_type = SCTP_PEER_ADDR_CHANGE;
	return set(sock, SCTP_EVENT, &event, sizeof event);
}

static int
parse(union address *list, const char *text, int port)
{
	char copy[256], *rest = copy, *word;
	int n = 0;

	snprintf(copy, sizeof copy, "%s", text);
	while (n < paths && (word = strsep(&rest, ",")) != NULL) {
		list[n].in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
		if (inet_pton(AF_INET, word, &list[n].in.sin_addr) != 1)
			return 0;
		n++;
	}
	return n;
}

static struct socket *
open_raw(char **argv)
{
	struct sockaddr_in packed[paths];
	struct socket *sock;

	usrsctp_init(0, NULL, NULL);
	locals = parse(local, argv[4], atoi(argv[2]));
	remotes = parse(remote, argv[5], atoi(argv[3]));
	sock = usrsctp_socket(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP, arrived, NULL, 0, NULL);
	if (sock == NULL || locals == 0 || remotes == 0)
		return NULL;
	for (int i = 0; i < locals; i++)
		packed[i] = local[i].in;
	if (configure(sock) || usrsctp_bindx(sock, (struct sockaddr *)packed, locals, SCTP_BINDX_ADD_ADDR) < 0)
		return NULL;
	return sock;
}

static struct socket *
open_conn(char **argv)
{
	struct socket *sock;
	pthread_t reader;

	usrsctp_init(0, output, NULL);
	usrsctp_register_address(&key);
	locals = remotes = 1;
	local->conn = (struct sockaddr_conn){.sconn_family = AF_CONN, .sconn_port = htons(atoi(argv[2])), .sconn_addr = &key};
	remote->conn = (struct sockaddr_conn){.sconn_family = AF_CONN, .sconn_port = htons(atoi(argv[3])), .sconn_addr = &key};
	sock = usrsctp_socket(AF_CONN, SOCK_SEQPACKET, IPPROTO_SCTP, arrived, NULL, 0, NULL);
	if (sock == NULL || configure(sock) || usrsctp_bind(sock, &local->any, sizeof local->conn) < 0)
		return NULL;
	pthread_create(&reader, NULL, input, NULL);
	return sock;
}

static void
connect_peer(struct socket *sock)
{
	struct sockaddr_in packed[paths];
	sctp_assoc_t id;
	int failed;

	if (remote->any.sa_family == AF_CONN) {
		failed = usrsctp_connect(sock, &remote->any, sizeof remote->conn);
	} else {
		for (int i = 0; i < remotes; i++)
			packed[i] = remote[i].in;
		failed = usrsctp_connectx(sock, (struct sockaddr *)packed, remotes, &id);
	}
	if (failed < 0 && errno != EINPROGRESS && errno != EALREADY && errno != EISCONN)
		fail("connect");
}

/* A socket with a receive function never blocks, so wait for room here. */
static int
put(struct socket *sock, const void *data, size_t n, unsigned stream, unsigned flags)
{
	struct sctp_sndinfo info = {.snd_sid = stream, .snd_flags = flags};

	while (usrsctp_sendv(sock, data, n, &remote->any, 1, &info, sizeof info, SCTP_SENDV_SNDINFO, 0) < 0) {
		if (errno != EWOULDBLOCK)
			return -1;
		usleep(500);
	}
	return 0;
}

static void
send_messages(struct socket *sock, unsigned stream, char order, unsigned length, unsigned count)
{
	static unsigned char message[longest];
	unsigned n;

	if (length < 4 || length > longest) {
		tell("error length %u", length);
		return;
	}
	for (n = 0; n < count; n++) {
		for (unsigned j = 4; j < length; j++)
			message[j] = n * 7 + j;
		message[0] = n >> 24, message[1] = n >> 16, message[2] = n >> 8, message[3] = n;
		if (put(sock, message, length, stream, order == 'u' ? SCTP_UNORDERED : 0)) {
			fail("send");
			return;
		}
	}
	tell("sent %u", n);
}

/* Reports whether to go on. */
static int
command(struct socket *sock, const char *line)
{
	unsigned stream, length, count;
	char order;

	if (strcmp(line, "connect\n") == 0) {
		connect_peer(sock);
	} else if (strcmp(line, "shutdown\n") == 0) {
		if (put(sock, "", 0, 0, SCTP_EOF))
			fail("shutdown");
	} else if (strcmp(line, "abort\n") == 0) {
		if (put(sock, "", 0, 0, SCTP_ABORT))
			fail("abort");
	} else if (sscanf(line, "send %u %c %u %u", &stream, &order, &length, &count) == 4) {
		send_messages(sock, stream, order, length, count);
	} else if (strcmp(line, "quit\n") == 0) {
		return 0;
	} else {
		tell("error command");
	}
	return 1;
}

int
main(int argc, char **argv)
{
	struct socket *sock = NULL;
	char line[256];

	if (argc == 4 && strcmp(argv[1], "conn") == 0)
		sock = open_conn(argv);
	else if (argc == 6 && strcmp(argv[1], "raw") == 0)
		sock = open_raw(argv);
	if (sock == NULL || usrsctp_listen(sock, 1) < 0) {
		fail("open");
		return 1;
	}
	tell("ready");
	while (fgets(line, sizeof line, stdin) != NULL && command(sock, line))
		;
	_exit(0); /* no farewell to the peer: that is what "abort" is for */
}
