/* SPDX-License-Identifier: EUPL-1.2
 *
 * twcc: which packets came, and when: transport-wide congestion control feedback read
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1; RTPFB with format 15). Takes any bytes.
 * Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TWCC_FEEDBACK 15 /* the format */

/* More packets in one feedback are refused: at 250 ms between two that is 150 Mbit/s. */
#define TWCC_PACKETS_MAX 4096

/* The receiver's clock comes round (24 bits of 64 ms). */
#define TWCC_CLOCK_US ((INT64_C(1) << 24) * 64000)

/* Feedback is numbered, modulo 256; of a packet that twcc_read() takes. */
static inline uint8_t twcc_number(const uint8_t *packet)
{
	return packet[19];
}

/* One packet of ours, in the order they were numbered. `arrived_us` on the receiver's clock, in
 * steps of 250 us, 0 to below TWCC_CLOCK_US (a step below 0 or beyond is possible at its turn);
 * what has not come has none. */
typedef void twcc_fate(uint16_t seq, bool has_come, int64_t arrived_us, void *data);

/* One RTCP packet, head included. False, and nothing was told, if it is cut or says more than it
 * holds. */
bool twcc_read(const uint8_t *packet, size_t length, twcc_fate *fate, void *data);
