/* SPDX-License-Identifier: EUPL-1.2 */
#include "address.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "settings.h"

static bool is_useful(const struct ifaddrs *one)
{
	if (!one->ifa_addr || !(one->ifa_flags & IFF_UP))
		return false;
	if (one->ifa_addr->sa_family == AF_INET)
		return true;
	if (one->ifa_addr->sa_family != AF_INET6)
		return false;
	return !IN6_IS_ADDR_LINKLOCAL(&((const struct sockaddr_in6 *)one->ifa_addr)->sin6_addr);
}

static void append(GPtrArray *list, const struct ifaddrs *one)
{
	socklen_t length = one->ifa_addr->sa_family == AF_INET ? sizeof(struct sockaddr_in)
							       : sizeof(struct sockaddr_in6);
	char host[NI_MAXHOST];

	if (getnameinfo(one->ifa_addr, length, host, sizeof(host), NULL, 0, NI_NUMERICHOST) == 0)
		g_ptr_array_add(list, g_strdup(host));
}

GPtrArray *address_list(void)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	struct ifaddrs *all;

	if (getifaddrs(&all) != 0)
		return list;
	for (int is_loopback = 0; is_loopback <= 1; is_loopback++)
		for (const struct ifaddrs *one = all; one; one = one->ifa_next)
			if (is_useful(one) && !!(one->ifa_flags & IFF_LOOPBACK) == is_loopback)
				append(list, one);
	freeifaddrs(all);
	return list;
}

char *address_base_url(const struct settings *settings)
{
	g_autoptr(GPtrArray) list = address_list();
	char *url = g_strdup(settings->public_url);

	while (*url && url[strlen(url) - 1] == '/')
		url[strlen(url) - 1] = '\0';
	if (*url)
		return url;
	g_free(url);
	if (!settings->https_port)
		return g_strdup_printf("http://127.0.0.1:%d", settings->http_port);
	const char *host = list->len ? list->pdata[0] : "127.0.0.1";
	bool is_v6 = strchr(host, ':') != NULL;

	return g_strdup_printf(is_v6 ? "https://[%s]:%d" : "https://%s:%d", host,
			       settings->https_port);
}
