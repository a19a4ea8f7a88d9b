/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstage-impair PORT SERVER_PORT: a bad line to the browsers' port of a server on this machine.
 * Browsers are sent to PORT of 127.0.0.1 (setting rtc_public_port); each of them gets a socket of
 * its own towards the server. PORT 0: any. When it is there it says "ready PORT".
 *
 *   browser <--PORT-- [loss, width and queue, delay, jitter] --a socket for each--> SERVER_PORT
 *
 * Lines on standard input change it while it runs; each is answered by "ok", or "what?".
 *
 *   loss 5       per cent, each way
 *   jitter 40    ms at most on top of the delay, each packet its own: they overtake each other
 *   delay 10     ms, each way
 *   kbps 1000    width of the way to the browser; 0: unlimited
 *   queue 200    ms that may wait for it; what comes on top of that is lost
 *   dark 3000    ms in which nothing passes either way
 *   count        answers "passed N lost N dropped N", of the way to the browser
 *
 * It ends with its standard input.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_BROWSERS 32
#define DATAGRAM_MAX  2048
#define OVERHEAD      28 /* IP and UDP, which take the line's time, too */
#define NS_PER_MS     1000000LL

struct flying {
	struct flying *next;
	int64_t due_ns;
	int browser;
	bool is_down; /* to the browser */
	size_t length;
	uint8_t bytes[DATAGRAM_MAX];
};

struct browser {
	int fd; /* towards the server */
	struct sockaddr_in address;
};

static struct {
	double loss, jitter_ms, delay_ms, kbps, queue_ms;
	int64_t dark_until_ns;
} line = {.queue_ms = 200};
static struct browser browsers[MOST_BROWSERS];
static int n_browsers, door;
static struct sockaddr_in server;
static struct flying *first; /* by due_ns */
static int64_t free_ns;	     /* the narrow part is busy until then */
static unsigned long passed, lost, dropped;

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static double dice(void)
{
	return (double)rand() / ((double)RAND_MAX + 1);
}

static int open_socket(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int size = 1 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		perror("twinstage-impair: port");
		exit(1);
	}
	return fd;
}

/* -1: no more room. */
static int find_browser(const struct sockaddr_in *address)
{
	for (int i = 0; i < n_browsers; i++)
		if (browsers[i].address.sin_port == address->sin_port &&
		    browsers[i].address.sin_addr.s_addr == address->sin_addr.s_addr)
			return i;
	if (n_browsers == MOST_BROWSERS)
		return -1;
	browsers[n_browsers] = (struct browser){.fd = open_socket(0), .address = *address};
	return n_browsers++;
}

/* When the narrow part has let it through; -1: its queue is full. */
static int64_t pass_narrow(int64_t now, size_t length)
{
	if (line.kbps <= 0)
		return now;
	if (free_ns < now)
		free_ns = now;
	if ((double)(free_ns - now) > line.queue_ms * NS_PER_MS)
		return -1;
	free_ns += (int64_t)((double)(length + OVERHEAD) * 8e6 / line.kbps);
	return free_ns;
}

static void queue_up(struct flying *one)
{
	struct flying **place = &first;

	while (*place && (*place)->due_ns <= one->due_ns)
		place = &(*place)->next;
	one->next = *place;
	*place = one;
}

static void take(struct flying *one)
{
	int64_t now = now_ns();

	if (one->browser < 0 || now < line.dark_until_ns || dice() * 100 < line.loss) {
		lost += one->is_down;
		free(one);
		return;
	}
	one->due_ns = one->is_down ? pass_narrow(now, one->length) : now;
	if (one->due_ns < 0) {
		dropped++;
		free(one);
		return;
	}
	one->due_ns += (int64_t)((line.delay_ms + dice() * line.jitter_ms) * NS_PER_MS);
	queue_up(one);
}

/* All that waits at a socket. browser -1: the door. */
static void receive(int fd, int browser)
{
	for (;;) {
		struct flying *one = malloc(sizeof(*one));
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(fd, one->bytes, sizeof(one->bytes), 0,
				     (struct sockaddr *)&from, &size);

		if (n < 0) {
			free(one);
			return;
		}
		one->length = (size_t)n;
		one->is_down = browser >= 0;
		one->browser = browser >= 0 ? browser : find_browser(&from);
		take(one);
	}
}

static void deliver(void)
{
	for (int64_t now = now_ns(); first && first->due_ns <= now;) {
		struct flying *one = first;
		const struct browser *browser = &browsers[one->browser];
		const struct sockaddr_in *to = one->is_down ? &browser->address : &server;

		first = one->next;
		sendto(one->is_down ? door : browser->fd, one->bytes, one->length, 0,
		       (const struct sockaddr *)to, sizeof(*to));
		passed += one->is_down;
		free(one);
	}
}

static bool obey(const char *order)
{
	char word[16];
	double value = 0;
	int n = sscanf(order, "%15s %lf", word, &value);

	if (n == 1 && strcmp(word, "count") == 0)
		printf("passed %lu lost %lu dropped %lu\n", passed, lost, dropped);
	else if (n != 2 || value < 0)
		return false;
	else if (strcmp(word, "loss") == 0)
		line.loss = value;
	else if (strcmp(word, "jitter") == 0)
		line.jitter_ms = value;
	else if (strcmp(word, "delay") == 0)
		line.delay_ms = value;
	else if (strcmp(word, "kbps") == 0)
		line.kbps = value;
	else if (strcmp(word, "queue") == 0)
		line.queue_ms = value;
	else if (strcmp(word, "dark") == 0)
		line.dark_until_ns = now_ns() + (int64_t)(value * NS_PER_MS);
	else
		return false;
	return true;
}

/* False at the end of standard input. */
static bool hear(void)
{
	static char text[256];
	static size_t length;
	ssize_t n = read(STDIN_FILENO, text + length, sizeof(text) - 1 - length);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	length += (size_t)n;
	text[length] = '\0';
	for (char *end; (end = strchr(text, '\n'));) {
		*end = '\0';
		puts(obey(text) ? "ok" : "what?");
		length -= (size_t)(end + 1 - text);
		memmove(text, end + 1, length + 1);
	}
	if (length == sizeof(text) - 1)
		length = 0;
	fflush(stdout);
	return true;
}

static void wait_for_work(struct pollfd *fds)
{
	int64_t left_ns = first ? first->due_ns - now_ns() : 1000 * NS_PER_MS;
	struct timespec timeout = {0};

	if (left_ns > 0)
		timeout = (struct timespec){left_ns / 1000000000, left_ns % 1000000000};
	fds[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = door, .events = POLLIN};
	for (int i = 0; i < n_browsers; i++)
		fds[2 + i] = (struct pollfd){.fd = browsers[i].fd, .events = POLLIN};
	ppoll(fds, (nfds_t)(2 + n_browsers), &timeout, NULL);
}

static void say_ready(void)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);

	getsockname(door, (struct sockaddr *)&address, &size);
	printf("ready %d\n", ntohs(address.sin_port));
}

int main(int n_words, char **words)
{
	struct pollfd fds[2 + MOST_BROWSERS];

	if (n_words != 3) {
		fputs("usage: twinstage-impair PORT SERVER_PORT\n", stderr);
		return 2;
	}
	server = (struct sockaddr_in){.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)atoi(words[2])),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	door = open_socket(atoi(words[1]));
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	srand(7);
	say_ready();
	fflush(stdout);
	for (;;) {
		int n = n_browsers;

		wait_for_work(fds);
		if (fds[0].revents && !hear())
			return 0;
		if (fds[1].revents)
			receive(door, -1);
		for (int i = 0; i < n; i++)
			if (fds[2 + i].revents)
				receive(browsers[i].fd, i);
		deliver();
	}
}
