# Proof of presence: certificate, control, checking offline.
proof-day = { $weekday } { $day }
proof-length = { $hours } h { $minutes }
proof-in-time = in time
proof-late = late
proof-late-by = { $minutes ->
    [one] one minute late
   *[other] { $minutes } minutes late
}
proof-title = Certificate of presence
proof-document-title = Certificate of presence { $serial }
proof-attached = Signed statement (JWS, PS512), can be checked offline
proof-serial = No. { $serial }
proof-establishment = Establishment
proof-student = Student
proof-number = Student number
proof-programme = Programme
proof-subject = Subject
proof-of-group = group { $group }
proof-group = Group
proof-when = Session
proof-date = Date
proof-hours = Hours
proof-marked = Presence noted
proof-place = Room
proof-teacher = Teacher
proof-states = The establishment certifies that the person named above was recorded as present at the session shown.
proof-states-late = { $minutes ->
    [one] Arrival recorded at { $time }, one minute after the planned time.
   *[other] Arrival recorded at { $time }, { $minutes } minutes after the planned time.
}
proof-states-open = Session not closed yet: what counts is the state that a control shows.
proof-control = Check this certificate
proof-control-how = Scan the code: the service says whether the presence still holds. The file attached to this PDF can be checked without a connection, too.
proof-control-link = Check online
proof-control-type = Or type the serial number at { $address }: it shows initials only.
proof-code-says = QR code for control. Without a camera, type the serial number at { $address }.
proof-warning = Any change to this document makes it worthless and exposes its author to disciplinary and criminal proceedings (use of forged documents).
proof-data = Data processed to follow attendance; for access and rectification ask the establishment's data protection officer.
proof-data-dpo = Data processed to follow attendance; for access and rectification ask the data protection officer: { $dpo }.
proof-ids = Session { $session } · issued { $issued } · signature key { $signature } · token key { $token }

# Control.
proof-control-title = Control of a certificate of presence
proof-valid = This certificate is valid.
proof-open = This certificate is valid; the roll call is not closed yet.
proof-revoked = This certificate was revoked.
proof-revoked-since = Revoked: { $since }.
proof-unknown = This token is not known. The document may have been changed; ask the school office.
proof-corrections = Corrections
proof-corrections-none = No corrections.
proof-another = Check another certificate
proof-compare = Compare with the document: name, date and subject must be the same.
proof-type-title = Check by serial number
proof-type-lead = The number begins with CP and stands below the title of the certificate. Only initials are shown; the QR code shows the name.
proof-type-serial = Serial number
proof-type-help = For example CP-2026-0062999Z-0001842
proof-type-check = Check
proof-type-file = Check a file without sending it
proof-here-title = Check a certificate in this browser
proof-here-lead = The file stays on your device. When saved, this page works without a connection too, with the keys and the list of revocations of this moment.
proof-here-file = Certificate (PDF) or file certificat.jws
proof-here-script = This check needs JavaScript. Without it, use the serial number.
proof-here-valid = The signature is good and the certificate is not revoked.
proof-here-changed = The signature is not good: what was signed has been changed, or was signed by somebody else.
proof-here-none = This file holds no signed statement. If it is a PDF that was saved again, extract certificat.jws from it and choose that file.
proof-here-revoked = This certificate was revoked.
proof-here-compare = Compare each line with the document: this is what is signed.
proof-here-begins = Planned beginning
proof-here-ends = Planned end
proof-here-at = Presence noted at
proof-here-status = State (P present, R late)
job-proof-keys = Make the keys for proofs of presence
event-certificate-issued = Certificate of presence issued
event-certificate-revoked = Certificate of presence revoked
event-proof-refused = Control refused
e-proof-shape = This is no code of a certificate
    .what = The address is incomplete or was changed: a control code always has the same length.
    .next = Scan the code again, or type the serial number.
e-proof-over = This result is not shown any more
    .what = The result of a control can be looked at for five minutes.
    .next = Scan the code of the certificate again.
# Attendance sheets and attestations.
sheet-title = Attendance sheet
sheet-name = Name
sheet-state = State
sheet-at = Time
sheet-signature = Signature
sheet-totals = Present or late: { $there } of { $all }
sheet-teacher-signs = Signature of the teacher
sheet-digest = Digest of the rows: { $digest }
period-title = Attestation of attendance
period-days = { $first } to { $last }
period-when = Period
period-expected = Hours planned
period-attended = Hours attended
period-justified = Excused absences
period-unjustified = Unexcused absences
period-absences = Absences
period-none = No absence in this period.
period-length = Length
period-reason = Reason
period-is-justified = excused
period-is-not = not excused
