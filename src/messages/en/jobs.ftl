# Work in the background.
place-jobs = Jobs
jobs-lead = What the service does in the background, once or by a timetable.
jobs-need-a-look = { $count ->
    [one] { $count } job did not succeed and waits for your decision.
   *[other] { $count } jobs did not succeed and wait for your decision.
}
jobs-running = Running
jobs-progress = { $done } of { $total }
jobs-no-progress = begun
jobs-trouble = To be looked at
jobs-trouble-lead = "given up": all tries failed. "uncertain": it may have happened, and doing it again could double it. "waiting": nobody will do it, unless another version or other settings come.
jobs-nobody = This service does not do jobs of this kind.
jobs-retry = Try again
jobs-drop = Forget…
jobs-drop-help = The job will never be done, and cannot be tried again afterwards.
jobs-drop-really = Forget this job
jobs-timetable = Timetable
jobs-every = { $minutes ->
    [1] every minute
    [60] every hour
   *[other] every { $minutes } minutes
}
jobs-nightly = every night at { $time }
jobs-run = Run now
jobs-all = All jobs
jobs-none = No jobs
jobs-none-help = Nothing was asked for, or the filter lets nothing through.
column-job = Job
column-progress = Progress
column-node = Node
column-act = Act
column-rhythm = Rhythm
column-last = Last time
column-next = Next time
column-asked = Asked for
column-tries = Tries
job-waiting = waiting
job-running = running
job-done = done
job-given-up = given up
job-uncertain = uncertain
job-ask-again = Ask identity providers again about those who are signed in
job-clean-jobs = Forget old jobs
job-tidy-audit = Keep the audit record in bounds
job-clean-sessions = Forget old sessions
job-erase-person = Erasing a person
job-erase-departed = Erasing people who left
job-clean-tombstones = Forgetting old erasures
job-give-roles = Roles as directories say
job-clean-sign-in = Forget sign-ins that were not finished
job-bring-people = Bring people of directories into the lookup
job-sweep-records = Look after colleagues' records
event-job-given-up = Job given up
event-job-uncertain = Job uncertain
event-job-retried = Job tried again
event-job-dropped = Job forgotten
event-job-started = Job started by hand
event-cleaned = Data erased when its time was over
