/* SPDX-License-Identifier: EUPL-1.2
 *
 * One datagram to a port that has one peer.
 */
#include <stdlib.h>
#include <string.h>

#include "ice.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct ice *ice;
	static int owner;
	struct sockaddr_storage from = {.ss_family = AF_INET};
	struct ice_check check;
	uint8_t copy[2048];

	if (!ice) {
		ice = ice_create();
		ice_add(ice, "abcdefgh", "password-of-24-characters", &owner, 0);
	}
	if (length == 0 || length > sizeof(copy))
		return 0;
	memcpy(copy, bytes, length);
	ice_receive(ice, copy, length, (const struct sockaddr_storage *)&from, &check);
	if (!check.is_authentic && check.owner)
		abort();
	return 0;
}
