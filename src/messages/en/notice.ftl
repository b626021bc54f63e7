# Reminders, alerts, letters.
mail-about-reminder = Reminder of a roll to be called
mail-about-uncalled = List of rolls that were not called
mail-about-alert = Attendance alert, to the student
mail-about-alert-others = Attendance alert, to the other recipients
mail-about-letter = Letter about absences, on paper
mail-variable-title = type and subject of the session
mail-variable-hours = hours of the session
mail-variable-room = the room, or nothing
mail-variable-sessions = the sessions, one by one
mail-variable-rule = the name of the rule
mail-variable-value = what was reached
mail-variable-days = the period
mail-variable-students = the students and what they reached, one by one
mail-variable-number = the student number, or nothing
mail-variable-programme = the programme, or nothing
mail-variable-school = the school, or nothing
mail-variable-today = the date of the letter
mail-variable-since = the first day of the period
mail-variable-until = the last day of the period
mail-variable-absent = how long they were absent
mail-variable-unexcused = how long without an excuse
mail-variable-absences = the absences, one by one
job-remind-teachers = Remind teachers of rolls
job-tell-uncalled = Send the list of rolls not called
job-send-alerts = Send attendance alerts
event-roll-reminded = Teacher reminded of a roll
event-roll-uncalled-told = Rolls not called told
event-roll-alert-sent = Attendance alert sent
event-roll-rule-changed = Alert rule changed
event-roll-letters-made = Letters about absences made
alerts = Alerts
alerts-lead = Every night the active rules name students who reach a limit. Only rolls that are closed and confirmed count.
alerts-none = No rule
alerts-none-help = Make a rule for a programme or group that you look after.
alerts-sent = Alerts that were sent
alerts-sent-lead = To whom each alert went, and who has no known address.
alerts-sent-none = No alert was sent
alerts-sent-none-help = Alerts of active rules appear here the next morning.
alert-new = New rule
alert-rule = Alert rule
alert-change = Change the rule
alert-name = Name
alert-whom = Whom it is about
alert-scope = Students and sessions
alert-scope-all = The whole school
alert-kinds = Types of sessions
alert-when = When
alert-metric = What is measured
alert-comparator = Comparison
alert-at-least = reaches the limit
alert-over = is over the limit
alert-threshold = Limit
alert-threshold-help = A number, or a percentage for a rate, such as 12.5.
alert-span = Period
alert-span-week = week
alert-span-month = month
alert-span-year = school year
alert-week-of = week of { $day }
alert-per-subject = Count each subject by itself
alert-per-subject-said = by subject
alert-after-days = Age in days
alert-after-days-help = For absences without an explanation: for how many days at least.
alert-after-sessions = Sessions that counted, at least
alert-after-sessions-help = Nobody is named before so many sessions of the period.
alert-repeat = Messages at most in a period
alert-repeat-help = The first one goes out at the limit, the second at its double, and so on.
alert-told = Who is told
alert-told-who = Recipients
alert-to = Tells
alert-to-student = the student
alert-to-secretariat = the secretariat
alert-to-teachers = the teachers
alert-to-guardian = the persons responsible
alert-to-employer = the employer
alert-to-fixed = fixed address
alert-addresses = Fixed addresses
alert-addresses-help = Ten at most, commas between. They get the names of the students.
alert-active = The rule is active
alert-keep = Save
alert-on = Active
alert-off = Not active
alert-switch-on = Switch on
alert-switch-off = Switch off
alert-preview = Who would be named
alert-preview-list = Who would be named today
alert-preview-none = Nobody today
alert-preview-none-help = No student reaches the limit of this rule.
alert-preview-fresh =
    { $count ->
        [0] All of them were named before.
        [one] 1 student would be named tonight if the rule is active.
       *[other] { $count } students would be named tonight if the rule is active.
    }
alert-preview-more =
    { $count ->
        [one] And 1 more.
       *[other] And { $count } more.
    }
alert-value = Measured
alert-fresh = To be named
alert-told-before = Named before
alert-no-address = No address
alert-forgotten = Message erased
alert-wording =
    { $number ->
        [0] built-in text
       *[other] text, version { $number }
    }
alert-letter-made =
    { $number ->
        [0] Letter made on { $at }, built-in text
       *[other] Letter made on { $at }, text version { $number }
    }
alert-metric-absence-rate = Absence rate
alert-metric-unjustified-rate = Unexcused rate
alert-metric-half-days = Unexcused half-days
alert-metric-unjustified = Unexcused absences
alert-metric-consecutive = Absences in a row
alert-metric-unexplained = Absences without an explanation
alert-metric-lates = Lates
alert-metric-absences = Absences, excused or not
alert-what-at-least = { $metric }: { $value } or more in a { $span }
alert-what-over = { $metric }: more than { $value } in a { $span }
alert-said-rate = { $rate }%
alert-said-half-days =
    { $count ->
        [one] 1 half-day
       *[other] { $count } half-days
    }
alert-said-lates =
    { $count ->
        [one] 1 late
       *[other] { $count } lates
    }
alert-said-consecutive =
    { $count ->
        [one] 1 absence
       *[other] { $count } absences in a row
    }
alert-said-absences =
    { $count ->
        [one] 1 absence
       *[other] { $count } absences
    }
alert-said-unjustified =
    { $count ->
        [one] 1 unexcused absence
       *[other] { $count } unexcused absences
    }
alert-said-of = { $name }: { $value } ({ $days })
alert-said-session = { $at }: { $title }
alert-seed-month = Four unexcused half-days in the month
alert-seed-subject = Three unexcused absences in tutorials or labs of one subject
alert-seed-apprentice = Apprentices: unexcused absence
alert-seed-first = First absence
alert-wrong-name = Give the rule a name.
alert-wrong-scope = Choose whom it is about.
alert-wrong-threshold = The limit has to be a number from 1, or a percentage up to 100.
alert-wrong-number = One of the numbers is too small or too large.
alert-wrong-address = One of the addresses is none, or there are more than ten.
alert-wrong-nobody = Choose at least one recipient.
e-alert-version = Somebody else changed this rule meanwhile.
e-alert-scope = This rule is about more than you look after.
letters = Letters
letters-lead = One PDF to print, one letter for each student, by postal code, then by name. A letter says when, never why.
letters-whom = Students who were absent
letters-none = No confirmed absence in this period
letters-none-help = Choose other days or another programme.
letter-lang = Language of the letters
letter-make = Make the letters (PDF)
letter-preview = Look at the first one
letter-text-help = The text can be changed among the texts of messages in the administration: “Letter about absences, on paper”. Each letter that is made is recorded with the version of its text.
letter-write = Letter
letter-count =
    { $count ->
        [one] 1 letter.
       *[other] { $count } letters.
    }
letter-no-address =
    { $count ->
        [0] All of them have a postal address.
        [one] 1 has no postal address and comes last.
       *[other] { $count } have no postal address and come last.
    }
letter-file = Letters about absences
letter-absence = { $at }: { $title } ({ $length })
letter-absence-excused = { $at }: { $title } ({ $length }), excused
letter-more =
    { $count ->
        [one] One more student is not in this list: choose a programme or a shorter period.
       *[other] { $count } more students are not in this list: choose a programme or a shorter period.
    }
letter-wrong-nobody = Tick at least one student.
