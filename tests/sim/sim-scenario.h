/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenario files: what a simulated modem is and holds, as text. The dump of a
 * modem (sim-dump.h) has the same groups and can be loaded again.
 *
 * A GKeyFile; every group and key may be left out.
 *
 *     [device]     manufacturer= model= revision= imei=
 *                  charsets=GSM,IRA,UCS2     sets of +CSCS; the first is selected
 *     [sim]        present=true imsi= iccid= pin= puk= pin2=
 *                  locked=false              whether PIN1 is asked for
 *                  number=+573..,145,NAME    own number (+CNUM)
 *     [network]    operator=732101 long= short= technology=7 signal=20
 *                  area=1234 cell=0012ABCD   hexadecimal
 *                  service-centre=+573..
 *     [files]      6F46=HEX                  an elementary file; EF_ICCID, EF_IMSI, EF_AD and
 *                                            EF_SPN are made from the above when not given
 *     [messages SM]                          a message memory; memories in the order of the file
 *                  capacity=40 first=1
 *                  members=ME,SM             instead of a capacity: a view of these
 *                  INDEX=STAT,HEX            a message: 0 unread, 1 read, 2 unsent, 3 sent, and the
 *                                            bytes of <pdu>
 *     [phonebook SM]                         a phonebook or call list, as SM ME FD ON EN DC RC MC
 * LD capacity=250 first=1 number-length=40 name-length=24 access=read-write         or read, or
 * pin2 extended=false            the fields below INDEX=NUMBER,TYPE,NAME    NAME to the end of the
 * line, \uXXXX \s \\ escapes INDEX.hidden=1 INDEX.group= INDEX.number=NUMBER,TYPE
 * INDEX.second-name= INDEX.email= INDEX.sip-uri= INDEX.tel-uri= [profiles]   capacity=16
 *                  CID=TYPE,APN[,REST]       REST as after <APN> in +CGDCONT
 *     [preferred-networks]
 *                  capacity=20
 *                  INDEX=732101,1,0,1,1,0    GSM, GSM compact, UTRAN, E-UTRAN, NG-RAN
 *     [locks]      PN=0                      a facility and whether it is on; FD=0 asks for PIN2,
 *                  AO=0,1234                 a password to change it, else it cannot be changed
 *     [selected]   messages=SM,SM,SM phonebook=SM charset=GSM
 *                  format=0                  of messages; where given it knows text mode, too
 *     [card] [euicc] [mbim]                  see sim-card-slot.h, sim-mbim.h
 *     [knobs]      latency=0 baud=0 full=false cmgw-received=true
 *                  fault1=NTH GLOB KIND ...  see sim-knobs.h; any key that begins with "fault"
 *     [quirks]     NAME=VALUE                see sim-quirks.h
 */

#pragma once

#include "sim-knobs.h"
#include "sim-store.h"

G_BEGIN_DECLS

/**
 * sim_scenario_load:
 * @path: a scenario file
 * @store: a new store to fill
 * @knobs: knobs to set
 * @error: return location for a #GError
 *
 * Returns: whether the file was read and understood to its end
 */
gboolean
sim_scenario_load (const gchar *path, SimStore *store, SimKnobs *knobs, GError **error);

G_END_DECLS
