/* SPDX-License-Identifier: EUPL-1.2
 *
 * clock: the one time base. Every time stamp inside the daemon is CLOCK_MONOTONIC in nanoseconds;
 * every GStreamer pipeline runs on the same clock with base time 0, so that a buffer's running
 * time is such a stamp, too. Any thread.
 */
#pragma once

#include <stdint.h>

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* Now, in nanoseconds of CLOCK_MONOTONIC. */
int64_t clock_now_ns(void);

/* Now, in nanoseconds since 1970-01-01 UTC. Only for people, invites and RTCP sender reports. */
int64_t clock_wall_ns(void);

/* Sleeps until clock_now_ns() is at least `deadline_ns`; returns at once if it has passed. */
void clock_sleep_until(int64_t deadline_ns);
