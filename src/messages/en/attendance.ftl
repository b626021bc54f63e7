# Roll call: séances, lines, codes.
demo-link-roll = Call the roll (Alain Garnier)
place-attendance = Roll call and attendance
job-close-rolls = Close forgotten rolls
job-clean-scans = Forget scans
roll-new = New session
roll-office = Absences
roll-own = My attendance
roll-none-today = No session today
roll-none-today-help = Your sessions of the day appear here. Create one to call the roll right away.
roll-open-ends = To be finished
roll-go-on = Go on with the roll
roll-open = Open the roll
roll-board = Show the code
roll-see = See the session
roll-reload = Reload
roll-close = Close the roll
roll-validate = Confirm the absences
roll-uncalled = Not called
roll-uncalled-help = The session is over and nobody called the roll. No student is counted absent.
roll-provisional-help = The roll closed by itself after the session. Absences are provisional until somebody confirms them.
roll-state-planned = Planned
roll-state-open = Open
roll-state-closed = Closed
roll-state-provisional = To be confirmed
roll-state-locked = Locked
roll-state-cancelled = Cancelled
roll-counts =
    { $all ->
        [0] Roll not opened yet
       *[other] { $there } of { $all } present
    }
roll-counts-closed = { $there } of { $all } present, { $missing } absent
roll-counted =
    { $count ->
        [one] 1 person counted in the room.
       *[other] { $count } people counted in the room.
    }
roll-groups = Groups
roll-subject = Subject
roll-kind = Kind
roll-kind-cm = Lecture (CM)
roll-kind-td = Tutorial (TD)
roll-kind-tp = Practical (TP)
roll-kind-ex = Exam
roll-kind-re = Meeting
roll-kind-st = Workshop
roll-day = Day
roll-from = From
roll-until = Until
roll-room = Room
roll-no-room = No room
roll-make = Create the session
roll-make-and-open = Create and open the roll
roll-no-groups = No group in your school
roll-no-groups-help = Groups and subjects are imported from a list. Ask whoever administers attendance.
roll-wrong-groups = Choose at least one group.
roll-wrong-subject = Choose a subject.
roll-wrong-kind = Choose a kind of session.
roll-wrong-school = Groups, subject and room must belong to one school.
roll-wrong-times = The end must come after the beginning, on the same day.
roll-not-yet = The roll is not open
roll-not-yet-help = Open it when the session begins: those who are expected appear here.
roll-nobody = Nobody is expected
roll-nobody-help = The groups of this session have no members on that day.
roll-search = Find a name
roll-everyone =
    { $count ->
        [one] Mark the last one present
       *[other] Mark the other { $count } present
    }
roll-lines = Roll
roll-say = Mark
roll-say-of = { $what }: { $name }
roll-keys-move = lines
roll-keys-say = present, late, absent, exempt, sent out
roll-refused = Refused scans
roll-elsewhere = Expected now in { $subject }
roll-reopen = Open the roll again
roll-cancel = Cancel the session
roll-why = Reason
roll-why-help = A few words, such as "called out, absent". The reason stays visible.
roll-why-wrong = Write at least five letters.
roll-correction = Correct a line
roll-correct = Correct
roll-leave-it = Leave it as it is
roll-from-to = { $from } → { $to }
roll-differs = { $headcount } people counted, { $marked } marked present. Check before you close.
roll-spot = Call these people out
roll-spot-help = Chosen at random among those present.
roll-will-miss =
    { $count ->
        [one] One person will be absent:
       *[other] { $count } people will be absent:
    }
roll-headcount = How many people are in the room?
roll-headcount-help = Optional. The number is compared with the marks.
roll-close-so =
    { $count ->
        [0] Close the roll (nobody absent)
       *[other] Close the roll ({ $count } absent)
    }
roll-whole-screen = Full screen
roll-back = Back to the list
roll-not-open-now = The roll is not open.
roll-scan-this = Scan this code with your telephone.
roll-there = present
roll-or-type = Without a camera: type these digits at
roll-seconds-left = New code in 0 s
roll-stale = This code is out of date: the connection is lost. It comes back by itself.
roll-code-image = QR code of the session, renewed every few seconds
roll-uncalled-list = Rolls not called
roll-uncalled-none = Every roll of the last thirty days was called.
roll-absences = Absences of the last thirty days
roll-absences-none = No absence
roll-absences-none-help = Absences appear here as soon as a roll is closed.
roll-seance = Session
roll-confirm = Mark my presence
roll-sending = Sending…
roll-scanned = Code scanned at { $at }. This is the time that counts.
roll-as = You are { $name }.
roll-i-am-here = I am here
roll-data = What is kept: your name, the session, the time, and whether you were on the school’s network. No location, no picture.
roll-type = Type the code
roll-type-help = The six digits shown in the room.
roll-digits = Six digits
roll-own-none = No session this year
roll-own-none-help = Your sessions appear here as soon as a roll is opened on which you are expected.
roll-rate = attendance
roll-absent-time = absent
roll-lates =
    { $count ->
        [one] time late
       *[other] times late
    }
roll-half-days = half-days with an absence
roll-percent = { $value } %
roll-hours = { $hours } h { $minutes }
roll-marked-at = marked at { $at }
roll-late-by = { $minutes } min late
roll-told-present = You are marked present at { $at }: { $title }.
roll-told-late = You are marked late at { $at }: { $title }.
roll-told-again = You were marked already at { $at }: { $title }.
roll-status-expected = Expected
roll-status-present = Present
roll-status-late = Late
roll-status-absent-provisional = Absent, to be confirmed
roll-status-absent = Absent
roll-status-excused = Absent, excused
roll-status-exempt = Exempt
roll-status-excluded = Sent out
roll-channel-qr = QR code
roll-channel-code = typed code
roll-channel-card = card
roll-channel-student-qr = student’s code
roll-channel-manual = by hand
roll-channel-import = import
roll-channel-remote = remote
roll-flag-zone-out = Outside the room’s network
roll-flag-device-shared = Telephone used by another
roll-flag-late-ticket = Confirmed over a minute after the scan
roll-flag-static-code = Printed code
roll-flag-spoken-code = Typed code
roll-flag-offline = Read offline
roll-flag-uid-only = Chip number only
roll-flag-overlap = Present elsewhere too
roll-flag-scanned-before-closing = Scanned before closing
roll-done-open = The roll is open.
roll-done-close = The roll is closed.
roll-done-validate = The absences are confirmed.
roll-done-reopen = The roll is open again; the code has changed.
roll-done-cancel = The session is cancelled.
roll-done-lock = Roll locked.
roll-lock = Lock
roll-certificate = Certificate of presence (PDF)
roll-attestation = Attestation of attendance of this year (PDF)
roll-sheet = Attendance sheet (PDF)
roll-lock-help = Nothing on this roll changes afterwards, not even by corrections.
event-roll-planned = Session created
event-roll-opened = Roll opened
event-roll-closed = Roll closed
event-roll-auto-closed = Roll closed by the clock
event-roll-validated = Absences confirmed
event-roll-reopened = Roll opened again
event-roll-cancelled = Session cancelled
event-roll-locked = Session locked
event-roll-marked = Presence marked
event-roll-ticked = Roll line set by hand
event-roll-corrected = Roll line corrected
event-roll-all-present = All marked present
event-roll-imported = Groups or sessions imported
event-roll-refused = Presence refused

# Refusals: what happened (.what), what is safe (.safe), what to do next (.next).
e-roll-code = This code is not known.
    .what = The address is not one of a code that we showed, or the roll was opened again with another code.
    .safe = Nothing was recorded.
    .next = Scan the code shown in the room.
e-roll-expired = This code has expired.
    .what = The code changes every few seconds.
    .safe = Nothing was recorded.
    .next = Scan the code shown in the room again.
e-roll-not-open = The roll is not open.
    .what = The roll of this session has not begun.
    .safe = Nothing was recorded.
    .next = Wait until the code is shown, then scan it.
e-roll-closed = The roll is closed.
    .what = A presence cannot be marked by the code any more.
    .safe = If you scanned before the closing, your teacher sees that on the roll.
    .next = Speak to your teacher.
e-roll-too-late = It is too late to mark yourself.
    .what = The session began too long ago.
    .safe = Your teacher sees that you scanned.
    .next = Ask your teacher to mark you.
e-roll-zone = This code is scanned from the school’s network.
    .what = Your telephone is not on the network of the room.
    .safe = Nothing was recorded.
    .next = Join the school’s Wi-Fi and scan again, or ask your teacher.
e-roll-not-expected = You are not expected in this session.
    .what = Your name is not on the roll.
    .safe = Your teacher sees that you scanned.
    .next = Check room and hour, or speak to your teacher.
e-roll-device = This telephone was used by somebody else.
    .what = In this session a telephone marks one person only.
    .safe = Nothing was recorded.
    .next = Ask your teacher to mark you.
e-roll-used = This scan was used already.
    .what = A scan marks one person, once.
    .safe = Nothing was recorded.
    .next = Scan the code again.
e-roll-ticket = The scan is too old.
    .what = More than five minutes have passed since the scan, or no code was scanned with this browser.
    .safe = Nothing was recorded.
    .next = Scan the code shown in the room again.
e-roll-digits = These are not the digits.
    .what = They change every thirty seconds.
    .safe = Nothing was recorded.
    .next = Type those that are shown now.
e-roll-tries = Too many tries.
    .what = Too many wrong codes were typed for this session.
    .safe = Nothing was recorded.
    .next = Scan the code, or ask your teacher.
e-roll-state = This cannot be done now.
    .what = The session or the line is not as it was shown: somebody may have changed it.
    .safe = Nothing was changed.
    .next = Go back to the roll and see how it stands.
e-roll-hours = This is not the time.
    .what = A roll is opened from a quarter of an hour before the beginning to a quarter of an hour after the end. After seven days corrections are the secretariat’s.
    .safe = Nothing was changed.
    .next = Come back in time, or ask the secretariat.
e-roll-version = Somebody changed this line meanwhile.
    .what = What you corrected is not what is kept any more.
    .safe = Nothing was changed.
    .next = Go back to the roll and begin again.
e-roll-reason = A reason is needed.
    .what = This change goes against what is recorded.
    .safe = Nothing was changed.
    .next = Go back and write why, in a few words.

tap-present = Present
tap-late = Late
tap-already = Noted already
tap-not-expected = Not expected here
tap-no-session = No open roll
tap-unknown-card = Card not known here
tap-closed = Roll closed
