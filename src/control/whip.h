/* SPDX-License-Identifier: EUPL-1.2
 *
 * whip: WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) as resources:
 *
 *   POST   /whip                     offer -> 201, answer, Location, ETag; bearer: a speaker's invite
 *   POST   /whep/program /whep/room  the same for receiving
 *   POST   /whep/return/NAME         with that speaker's invite
 *   PATCH  /whip/session/ID          trickled candidates -> 204; ICE restart -> 200, fragment, ETag
 *   DELETE /whip/session/ID          leave; both also below /whep
 *   OPTIONS                          what there is, for pages of other origins
 */
#pragma once

struct answer;
struct house;
struct request;

void whip_answer(const struct house *house, const struct request *request, struct answer *answer);
