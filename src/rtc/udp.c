/* SPDX-License-Identifier: EUPL-1.2 */
#include "udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/udp.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

/* A key frame of 100 packets for each of some hundred viewers leaves within a millisecond. */
#define BUFFER_BYTES (4 << 20)

/* linux/udp.h, which does not go with netinet/udp.h. */
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

struct control {
	_Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) +
					    CMSG_SPACE(sizeof(uint16_t))];
};

static atomic_int broken;

struct udp {
	int fds[2];
	enum udp_sending sending;
	struct mmsghdr messages[UDP_BATCH];
	struct iovec parts[UDP_BATCH];
	struct control controls[UDP_BATCH];
};

static void enlarge_buffers(int fd)
{
	int bytes = BUFFER_BYTES;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

/* The first of the port's sockets is bound alone, so that a port in use is seen to be, and then lets
 * the others in. */
static int open_socket(int family, int port, bool is_first)
{
	struct udp_path any = {0};
	socklen_t size = family == AF_INET ? sizeof(any.remote.v4) : sizeof(any.remote.v6);
	int on = 1;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	any.remote.any.sa_family = (sa_family_t)family;
	if (family == AF_INET) {
		any.remote.v4.sin_port = htons((uint16_t)port);
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	} else {
		any.remote.v6.sin6_port = htons((uint16_t)port);
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	}
	if (!is_first)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (bind(fd, &any.remote.any, size) < 0) {
		int reason = errno;

		close(fd);
		errno = reason;
		return -1;
	}
	enlarge_buffers(fd);
	return fd;
}

static bool knows_segments(int fd)
{
	int size = 0;
	socklen_t length = sizeof(size);

	return getsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, &length) == 0;
}

static struct udp *open_pair(int port, bool is_first, GError **error)
{
	int v4 = open_socket(AF_INET, port, is_first);
	int v6 = v4 < 0 ? -1 : open_socket(AF_INET6, port, is_first);

	if (v4 < 0 || (v6 < 0 && errno == EADDRINUSE)) {
		fail(error, ERROR_IO, "UDP port %d for browsers: %s (set another rtc_port)", port,
		     g_strerror(errno));
		if (v4 >= 0)
			close(v4);
		return NULL;
	}
	struct udp *udp = g_new0(struct udp, 1);

	udp->fds[0] = v4;
	udp->fds[1] = v6;
	udp->sending = knows_segments(v4) ? UDP_SEGMENTED : UDP_TOGETHER;
	return udp;
}

struct udp *udp_open(int port, GError **error)
{
	return open_pair(port, true, error);
}

bool udp_open_all(int port, struct udp **list, unsigned n, GError **error)
{
	int on = 1;

	for (unsigned i = 0; i < n; i++) {
		list[i] = open_pair(port, i == 0, error);
		if (!list[i]) {
			while (i-- > 0)
				udp_close(list[i]);
			return false;
		}
		for (int which = 0; which < 2 && i == 0 && n > 1; which++)
			setsockopt(list[0]->fds[which], SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	}
	return true;
}

int udp_fd(const struct udp *udp, int which)
{
	return udp->fds[which];
}

static void read_local(struct msghdr *message, struct udp_path *path)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			memcpy(&path->local, &info.ipi_addr, sizeof(info.ipi_addr));
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			path->local = info.ipi6_addr;
		}
	}
}

int udp_receive(struct udp *udp, int which, struct udp_datagram *batch)
{
	for (int i = 0; i < UDP_BATCH; i++) {
		struct msghdr *message = &udp->messages[i].msg_hdr;

		memset(&batch[i].path, 0, sizeof(batch[i].path));
		udp->parts[i] = (struct iovec){batch[i].bytes, UDP_DATAGRAM_MAX};
		*message = (struct msghdr){
			.msg_name = &batch[i].path.remote,
			.msg_namelen = sizeof(batch[i].path.remote),
			.msg_iov = &udp->parts[i],
			.msg_iovlen = 1,
			.msg_control = &udp->controls[i],
			.msg_controllen = sizeof(udp->controls[i]),
		};
	}
	int n = recvmmsg(udp->fds[which], udp->messages, UDP_BATCH, MSG_DONTWAIT, NULL);

	for (int i = 0; i < n; i++) {
		struct msghdr *message = &udp->messages[i].msg_hdr;
		bool is_cut = message->msg_flags & MSG_TRUNC;

		batch[i].length = is_cut ? 0 : udp->messages[i].msg_len;
		read_local(message, &batch[i].path);
	}
	return MAX(n, 0);
}

static void add_control(struct msghdr *message, struct control *control, int level, int type,
			const void *value, size_t size)
{
	struct cmsghdr *header =
		(struct cmsghdr *)(void *)(control->bytes + message->msg_controllen);

	memset(header, 0, CMSG_SPACE(size));
	header->cmsg_level = level;
	header->cmsg_type = type;
	header->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(header), value, size);
	message->msg_control = control;
	message->msg_controllen += CMSG_SPACE(size);
}

static void add_local(struct msghdr *message, struct control *control, const struct udp_path *path)
{
	if (path->remote.any.sa_family == AF_INET) {
		struct in_pktinfo info = {0};

		memcpy(&info.ipi_spec_dst, &path->local, sizeof(info.ipi_spec_dst));
		add_control(message, control, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	} else {
		struct in6_pktinfo info = {.ipi6_addr = path->local};

		add_control(message, control, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	}
}

static int fd_for(const struct udp *udp, const struct udp_path *path)
{
	return udp->fds[path->remote.any.sa_family == AF_INET ? 0 : 1];
}

/* The kernel only reads what these pointers lead to. */
static void write_message(struct msghdr *message, struct iovec *part, struct control *control,
			  const struct udp_path *path, const void *bytes, size_t length)
{
	bool is_v4 = path->remote.any.sa_family == AF_INET;

	*part = (struct iovec){(void *)(uintptr_t)bytes, length};
	*message = (struct msghdr){
		.msg_name = (void *)(uintptr_t)&path->remote,
		.msg_namelen = is_v4 ? sizeof(path->remote.v4) : sizeof(path->remote.v6),
		.msg_iov = part,
		.msg_iovlen = 1,
	};
	if (!IN6_IS_ADDR_UNSPECIFIED(&path->local))
		add_local(message, control, path);
}

bool udp_send(struct udp *udp, const struct udp_path *path, const void *bytes, size_t length)
{
	struct iovec part;
	struct control control;
	struct msghdr message;

	write_message(&message, &part, &control, path, bytes, length);
	return sendmsg(fd_for(udp, path), &message, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length;
}

enum udp_sending udp_sending(const struct udp *udp)
{
	return udp->sending;
}

void udp_set_sending(struct udp *udp, enum udp_sending sending)
{
	udp->sending = MAX(udp->sending, sending);
}

/* Like sendmmsg(): how many were taken, or -1 and errno. */
static int send_messages(struct udp *udp, int fd, unsigned n)
{
	int failure = atomic_load_explicit(&broken, memory_order_relaxed);

	if (failure) {
		errno = failure;
		return -1;
	}
	if (udp->sending != UDP_SINGLY)
		return sendmmsg(fd, udp->messages, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	for (unsigned i = 0; i < n; i++) {
		if (sendmsg(fd, &udp->messages[i].msg_hdr, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return i ? (int)i : -1;
	}
	return (int)n;
}

/* Each datagram a message of its own. */
static void send_apart(struct udp *udp, struct udp_burst *burst)
{
	size_t at = 0;

	while (at < burst->length && !burst->failure) {
		size_t end = at;
		unsigned n = 0;

		for (; n < UDP_BATCH && end < burst->length; n++) {
			size_t length = MIN(burst->size, burst->length - end);

			write_message(&udp->messages[n].msg_hdr, &udp->parts[n], &udp->controls[n],
				      &burst->path, burst->bytes + end, length);
			end += length;
		}
		int taken = send_messages(udp, fd_for(udp, &burst->path), n);

		if (taken > 0)
			at = MIN(at + (size_t)taken * burst->size, burst->length);
		else if (errno == ENOSYS && udp->sending != UDP_SINGLY)
			udp->sending = UDP_SINGLY;
		else
			burst->failure = errno;
	}
}

/* Bursts of one address family, at most UDP_BATCH; returns how many are done with. */
static unsigned send_segmented(struct udp *udp, struct udp_burst *bursts, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct msghdr *message = &udp->messages[i].msg_hdr;

		write_message(message, &udp->parts[i], &udp->controls[i], &bursts[i].path,
			      bursts[i].bytes, bursts[i].length);
		if (bursts[i].n > 1)
			add_control(message, &udp->controls[i], IPPROTO_UDP, UDP_SEGMENT,
				    &bursts[i].size, sizeof(bursts[i].size));
	}
	int taken = send_messages(udp, fd_for(udp, &bursts[0].path), n);

	if (taken > 0)
		return (unsigned)taken;
	bool has_segments = bursts[0].n > 1;

	/* EIO: the card computes no checksums, so it is the same for all. EINVAL and EMSGSIZE: this
	 * way is too narrow for the size, and fragments will do. */
	if (errno == ENOSYS || (errno == EIO && has_segments))
		udp->sending = errno == EIO ? UDP_TOGETHER : UDP_SINGLY;
	if (udp->sending != UDP_SEGMENTED ||
	    (has_segments && (errno == EINVAL || errno == EMSGSIZE)))
		send_apart(udp, &bursts[0]);
	else
		bursts[0].failure = errno;
	return 1;
}

void udp_send_bursts(struct udp *udp, struct udp_burst *bursts, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		bursts[i].failure = 0;
	for (unsigned at = 0; at < n;) {
		unsigned end = at + 1;

		if (udp->sending != UDP_SEGMENTED) {
			send_apart(udp, &bursts[at++]);
			continue;
		}
		while (end < n && end - at < UDP_BATCH &&
		       bursts[end].path.remote.any.sa_family ==
			       bursts[at].path.remote.any.sa_family)
			end++;
		at += send_segmented(udp, bursts + at, end - at);
	}
}

void udp_break(int failure)
{
	atomic_store(&broken, failure);
}

guint udp_path_hash(gconstpointer data)
{
	const struct udp_path *path = data;
	uint32_t words[4] = {0};
	guint hash = 2166136261U;

	if (path->remote.any.sa_family == AF_INET)
		words[0] = path->remote.v4.sin_addr.s_addr;
	else
		memcpy(words, &path->remote.v6.sin6_addr, sizeof(words));
	/* sin_port and sin6_port stand at the same place. */
	hash = (hash ^ path->remote.v4.sin_port) * 16777619U;
	for (int i = 0; i < 4; i++)
		hash = (hash ^ words[i]) * 16777619U;
	return hash ^ hash >> 15;
}

gboolean udp_path_equal(gconstpointer first, gconstpointer second)
{
	const struct udp_path *a = first, *b = second;

	if (a->remote.any.sa_family != b->remote.any.sa_family ||
	    a->remote.v4.sin_port != b->remote.v4.sin_port)
		return false;
	if (a->remote.any.sa_family == AF_INET)
		return a->remote.v4.sin_addr.s_addr == b->remote.v4.sin_addr.s_addr;
	return IN6_ARE_ADDR_EQUAL(&a->remote.v6.sin6_addr, &b->remote.v6.sin6_addr) &&
	       a->remote.v6.sin6_scope_id == b->remote.v6.sin6_scope_id;
}

void udp_path_text(const struct udp_path *path, char *text, size_t size)
{
	char address[INET6_ADDRSTRLEN] = "";
	bool is_v4 = path->remote.any.sa_family == AF_INET;

	if (is_v4)
		inet_ntop(AF_INET, &path->remote.v4.sin_addr, address, sizeof(address));
	else
		inet_ntop(AF_INET6, &path->remote.v6.sin6_addr, address, sizeof(address));
	g_snprintf(text, size, is_v4 ? "%s:%d" : "[%s]:%d", address,
		   ntohs(path->remote.v4.sin_port));
}

void udp_close(struct udp *udp)
{
	if (!udp)
		return;
	for (int i = 0; i < 2; i++) {
		if (udp->fds[i] >= 0)
			close(udp->fds[i]);
	}
	g_free(udp);
}
