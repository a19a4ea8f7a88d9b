/* SPDX-License-Identifier: EUPL-1.2 */
#include "steer.h"

#include <glib.h>
#include <linux/filter.h>
#include <stdatomic.h>
#include <sys/socket.h>

#define FIRST_LETTER 'A'
#define STUN_HEAD    20
#define USERNAME     6
/* Browsers' checks have it first, libnice's fifth. */
#define ATTRIBUTES_MAX 6
#define ATTRIBUTE_OPS  9

static atomic_bool is_disabled;

char steer_letter(unsigned worker)
{
	return (char)(FIRST_LETTER + worker);
}

static unsigned read16(const uint8_t *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

int steer_worker_of(const uint8_t *bytes, size_t length)
{
	size_t at = STUN_HEAD;

	/* Only a request has its receiver's ufrag first (RFC 8445 7.2.2). */
	if (length < STUN_HEAD || read16(bytes) != 1)
		return -1;
	while (at + 5 <= length) {
		size_t size = read16(bytes + at + 2);

		if (read16(bytes + at) == USERNAME)
			return bytes[at + 4] >= FIRST_LETTER &&
					       bytes[at + 4] < FIRST_LETTER + WORKERS_MAX
				       ? bytes[at + 4] - FIRST_LETTER
				       : -1;
		at += 4 + (size + 3) / 4 * 4;
	}
	return -1;
}

/* One attribute, at X: if it is the USERNAME, the answer; else X moves on. */
static void add_attribute(struct sock_filter *op)
{
	const struct sock_filter ops[ATTRIBUTE_OPS] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, USERNAME, 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 4),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, FIRST_LETTER),
		BPF_STMT(BPF_RET | BPF_A, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 4 + 3),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x3fffc),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
	};

	for (int i = 0; i < ATTRIBUTE_OPS; i++)
		op[i] = ops[i];
	op[ATTRIBUTE_OPS] = (struct sock_filter)BPF_STMT(BPF_MISC | BPF_TAX, 0);
}

/* Out of the datagram's end the program returns 0, for what is no check more than there are
 * sockets: then the kernel goes by addresses. */
bool steer_attach(int fd, unsigned n)
{
	struct sock_filter ops[4 + ATTRIBUTES_MAX * (ATTRIBUTE_OPS + 1)] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_LDX | BPF_IMM, STUN_HEAD),
	};
	unsigned length = 4;

	for (int i = 0; i < ATTRIBUTES_MAX; i++, length += ATTRIBUTE_OPS + 1)
		add_attribute(ops + length);
	ops[length - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);

	struct sock_fprog program = {.len = (unsigned short)length, .filter = ops};

	return n > 1 && !atomic_load(&is_disabled) &&
	       setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)) == 0;
}

void steer_disable(bool is_off)
{
	atomic_store(&is_disabled, is_off);
}
