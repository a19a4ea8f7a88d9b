/* SPDX-License-Identifier: EUPL-1.2
 *
 * link: what the control loop and a worker share of one peer: that it still is, and how it is
 * doing. Counted by reference; each side holds one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct link;
struct rtc_peer_stats;

struct link *link_create(void);
struct link *link_ref(struct link *link);
void link_unref(struct link *link); /* NULL is allowed */

/* Worker: shows a copy of `stats`. */
void link_publish(struct link *link, const struct rtc_peer_stats *stats);

/* Control loop: the newest; false before the first. */
bool link_read(struct link *link, struct rtc_peer_stats *stats);

/* Worker: the peer is no more. Any thread: is it? */
void link_cut(struct link *link);
bool link_is_cut(const struct link *link);
