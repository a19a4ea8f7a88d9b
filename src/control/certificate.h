/* SPDX-License-Identifier: EUPL-1.2
 *
 * certificate: a self-signed one for HTTPS, for whoever has none: ECDSA P-256, ten years, for this
 * machine's name and addresses. Browsers ask once whether to trust it.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Writes both PEM files, mode 0600. */
bool certificate_make(const char *cert_path, const char *key_path, GError **error);

/* Until when the first certificate of a PEM file is good (seconds since 1970 UTC), and whether it has signed itself. False if there is
 * none. */
bool certificate_read(const char *path, int64_t *until_s, bool *is_self_signed);
