/* SPDX-License-Identifier: EUPL-1.2
 *
 *   60 times a second, for each viewer: 10 packets of 1200 bytes --libsrtp, AES-128-GCM--> one send
 *   (UDP_SEGMENT) --loopback--> a socket of its own in another process, drained every ms
 *
 * twinstage-floor [VIEWERS] [SECONDS]: what a fan-out has to pay at least on this machine, with
 * these libraries: CPU of this thread in us for each packet, as one line of JSON. openssl_us is the
 * same encryption by OpenSSL alone, beside protect_us. Where the kernel has no UDP_SEGMENT packets
 * are sent one by one.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <signal.h>
#include <srtp2/srtp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#define UDP_GRO	    104
#endif

#define PACKETS	     10 /* a picture of 2.5 Mbit/s at 30 a second */
#define PACKET_BYTES 1200
#define SEALED_BYTES (PACKET_BYTES + 16)
#define MOST_VIEWERS 4096
#define PAUSE_NS     16666666
#define BUFFER_BYTES (1 << 20)

struct viewer {
	srtp_t session;
	EVP_CIPHER_CTX *cipher;
	struct sockaddr_in address;
	int fd;
};

static struct viewer viewers[MOST_VIEWERS];
static uint8_t sealed[PACKETS * SEALED_BYTES];

static double now_us(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void make_viewer(struct viewer *viewer)
{
	struct sockaddr_in *address = &viewer->address;
	socklen_t size = sizeof(*address);
	uint8_t key[28] = {1, 2, 3};
	int bytes = BUFFER_BYTES, on = 1;
	srtp_policy_t policy = {.ssrc.type = ssrc_any_outbound, .key = key, .window_size = 1024};

	srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
	srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
	if (srtp_create(&viewer->session, &policy) != srtp_err_status_ok)
		fail("srtp_create");
	viewer->cipher = EVP_CIPHER_CTX_new();
	EVP_EncryptInit_ex(viewer->cipher, EVP_aes_128_gcm(), NULL, key, NULL);
	*address = (struct sockaddr_in){.sin_family = AF_INET,
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	viewer->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (bind(viewer->fd, (struct sockaddr *)address, size) < 0 ||
	    getsockname(viewer->fd, (struct sockaddr *)address, &size) < 0)
		fail("socket");
	setsockopt(viewer->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	setsockopt(viewer->fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on));
}

/* The other process: reads until it is ended. */
static void drain(int n)
{
	static uint8_t bytes[65536];
	int epoll = epoll_create1(0);
	struct epoll_event events[256];

	for (int i = 0; i < n; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.fd = viewers[i].fd};

		epoll_ctl(epoll, EPOLL_CTL_ADD, viewers[i].fd, &event);
	}
	for (;;) {
		int ready = epoll_wait(epoll, events, 256, -1);

		for (int i = 0; i < ready; i++) {
			while (recv(events[i].data.fd, bytes, sizeof(bytes), 0) > 0)
				continue;
		}
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
}

static void protect(struct viewer *viewer, uint16_t seq)
{
	for (int i = 0; i < PACKETS; i++) {
		uint8_t *packet = sealed + (size_t)i * SEALED_BYTES;
		uint16_t number = htons((uint16_t)(seq + i));
		int length = PACKET_BYTES;

		memset(packet, 0x55, PACKET_BYTES);
		memcpy(packet, (const uint8_t[]){0x80, 102}, 2);
		memcpy(packet + 2, &number, 2);
		if (srtp_protect(viewer->session, packet, &length) != srtp_err_status_ok)
			fail("srtp_protect");
	}
}

/* Like protect(), but for what surrounds the encryption. */
static void encrypt(struct viewer *viewer, uint16_t seq)
{
	uint8_t nonce[12] = {0};
	int n;

	for (int i = 0; i < PACKETS; i++) {
		uint8_t *packet = sealed + (size_t)i * SEALED_BYTES, *payload = packet + 12;
		uint16_t number = (uint16_t)(seq + i);

		memset(packet, 0x55, PACKET_BYTES);
		memcpy(nonce, &number, 2);
		EVP_EncryptInit_ex(viewer->cipher, NULL, NULL, NULL, nonce);
		EVP_EncryptUpdate(viewer->cipher, NULL, &n, packet, 12);
		EVP_EncryptUpdate(viewer->cipher, payload, &n, payload, PACKET_BYTES - 12);
		EVP_EncryptFinal_ex(viewer->cipher, packet + PACKET_BYTES, &n);
		EVP_CIPHER_CTX_ctrl(viewer->cipher, EVP_CTRL_AEAD_GET_TAG, 16,
				    packet + PACKET_BYTES);
	}
}

static bool send_segments(int fd, struct viewer *viewer)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))] = {0};
	struct iovec part = {sealed, sizeof(sealed)};
	struct msghdr message = {
		.msg_name = &viewer->address,
		.msg_namelen = sizeof(viewer->address),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	uint16_t size = SEALED_BYTES;

	header->cmsg_level = IPPROTO_UDP;
	header->cmsg_type = UDP_SEGMENT;
	header->cmsg_len = CMSG_LEN(sizeof(size));
	memcpy(CMSG_DATA(header), &size, sizeof(size));
	return sendmsg(fd, &message, 0) == (ssize_t)sizeof(sealed);
}

static void send_singly(int fd, struct viewer *viewer)
{
	for (int i = 0; i < PACKETS; i++)
		sendto(fd, sealed + (size_t)i * SEALED_BYTES, SEALED_BYTES, 0,
		       (struct sockaddr *)&viewer->address, sizeof(viewer->address));
}

static void measure(int n, double seconds)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), bytes = 4 * BUFFER_BYTES;
	double end = now_us(CLOCK_MONOTONIC) + seconds * 1e6, openssl_us = 0, protect_us = 0,
	       send_us = 0;
	bool is_segmented = true;
	long packets = 0;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	for (uint16_t seq = 0; now_us(CLOCK_MONOTONIC) < end; seq += PACKETS) {
		for (int i = 0; i < n; i++) {
			double begin = now_us(CLOCK_THREAD_CPUTIME_ID), start, middle;

			encrypt(&viewers[i], seq);
			start = now_us(CLOCK_THREAD_CPUTIME_ID);
			protect(&viewers[i], seq);
			middle = now_us(CLOCK_THREAD_CPUTIME_ID);
			is_segmented = is_segmented && send_segments(fd, &viewers[i]);
			if (!is_segmented)
				send_singly(fd, &viewers[i]);
			send_us += now_us(CLOCK_THREAD_CPUTIME_ID) - middle;
			protect_us += middle - start;
			openssl_us += start - begin;
			packets += PACKETS;
		}
		nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
	}
	printf("{\"viewers\":%d,\"packets\":%ld,\"is_segmented\":%s,\"openssl_us\":%.3f,"
	       "\"protect_us\":%.3f,\"send_us\":%.3f,\"floor_us\":%.3f}\n",
	       n, packets, is_segmented ? "true" : "false", openssl_us / (double)packets,
	       protect_us / (double)packets, send_us / (double)packets,
	       (protect_us + send_us) / (double)packets);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 300;
	double seconds = argc > 2 ? atof(argv[2]) : 2;

	if (n < 1 || n > MOST_VIEWERS || seconds <= 0) {
		fprintf(stderr, "usage: twinstage-floor [VIEWERS] [SECONDS]\n");
		return 2;
	}
	srtp_init();
	for (int i = 0; i < n; i++)
		make_viewer(&viewers[i]);
	pid_t reader = fork();

	if (reader < 0)
		fail("fork");
	if (reader == 0)
		drain(n);
	measure(n, seconds);
	kill(reader, SIGKILL);
	return 0;
}
