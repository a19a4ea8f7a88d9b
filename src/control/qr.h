/* SPDX-License-Identifier: EUPL-1.2
 *
 * qr: a link as a QR code (ISO/IEC 18004) of half blocks, for a terminal. Pure.
 */
#pragma once

#include <glib.h>

/* Appends it, light on dark with its quiet zone, lines ended by newlines; nothing if the link is too
 * long for a code. */
void qr_append(GString *out, const char *link);
