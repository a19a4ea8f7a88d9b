/* SPDX-License-Identifier: EUPL-1.2
 *
 * daemon: the other end of the local socket: a line of JSON there, lines of JSON back.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Connects. NULL: nobody answers there, and `why` (of `size`) says so. */
FILE *daemon_connect(const char *path, char *why, size_t size);

/* Takes the object. False: the daemon is gone. */
bool daemon_send(FILE *daemon, json_t *object);

/* The next answer, or NULL: the daemon is gone. The caller's. */
json_t *daemon_receive(FILE *daemon);
