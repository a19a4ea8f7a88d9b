/* SPDX-License-Identifier: EUPL-1.2 */
#include "candidates.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "error.h"

/* More only makes a browser's start slower: it tries every pair. */
#define MAX_CANDIDATES 16

static void append(GString *lines, int *n, const char *address, int port)
{
	/* RFC 8445 5.1.2.1: host 126, the first listed is liked best, component 1. */
	uint32_t priority = UINT32_C(126) << 24 | (uint32_t)(65535 - *n) << 8 | 255;

	if (*n >= MAX_CANDIDATES)
		return;
	(*n)++;
	g_string_append_printf(lines, "a=candidate:%d 1 udp %u %s %d typ host\r\n", *n, priority,
			       address, port);
}

static bool append_named(GString *lines, int *n, const char *addresses, int port, GError **error)
{
	char **words = g_strsplit_set(addresses, " \t,", -1);
	bool is_good = true;

	for (char **word = words; *word && is_good; word++) {
		struct in6_addr any;

		if (!**word)
			continue;
		is_good = inet_pton(AF_INET, *word, &any) == 1 ||
			  inet_pton(AF_INET6, *word, &any) == 1;
		if (is_good)
			append(lines, n, *word, port);
		else
			fail(error, ERROR_BAD_INPUT,
			     "\"%s\" is no IP address (rtc_address takes some, as 192.0.2.10 or "
			     "2001:db8::10, or nothing)",
			     *word);
	}
	g_strfreev(words);
	return is_good;
}

static void append_own(GString *lines, int *n, const struct ifaddrs *list, int family,
		       bool is_loopback, int port)
{
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		char text[INET6_ADDRSTRLEN];
		const void *address;

		if (!i->ifa_addr || i->ifa_addr->sa_family != family || !(i->ifa_flags & IFF_UP) ||
		    is_loopback != ((i->ifa_flags & IFF_LOOPBACK) != 0))
			continue;
		if (family == AF_INET) {
			address =
				&((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr;
		} else {
			const struct in6_addr *v6 =
				&((const struct sockaddr_in6 *)(const void *)i->ifa_addr)
					 ->sin6_addr;

			if (IN6_IS_ADDR_LINKLOCAL(v6))
				continue;
			address = v6;
		}
		if (inet_ntop(family, address, text, sizeof(text)) &&
		    !g_str_has_prefix(text, "169.254."))
			append(lines, n, text, port);
	}
}

char *candidates_create(const char *addresses, int port, GError **error)
{
	GString *lines = g_string_new(NULL);
	struct ifaddrs *list = NULL;
	int n = 0;

	if (!append_named(lines, &n, addresses ? addresses : "", port, error)) {
		g_string_free(lines, true);
		return NULL;
	}
	if (n == 0 && getifaddrs(&list) == 0) {
		append_own(lines, &n, list, AF_INET, false, port);
		append_own(lines, &n, list, AF_INET6, false, port);
		append_own(lines, &n, list, AF_INET, true, port);
		freeifaddrs(list);
	}
	g_string_append(lines, "a=end-of-candidates\r\n");
	return g_string_free(lines, false);
}
