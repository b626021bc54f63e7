# The choice of the school.
choice-title = Choose your school
choice-search = Name, town or code
choice-result = { $count ->
    [0] No school found
    [one] { $count } school found
   *[other] { $count } schools found
}
choice-result-many = { $count } schools found
choice-none = No school matches
choice-none-help = Try part of the name, the town or the code.
choice-all = Show all my schools
choice-current = current
choice-remember = Remember my choice on this device
choice-remember-until = Until { $day }. Better not on a shared computer.
choice-remembered = Your choice is remembered on this device.
choice-forget = Forget this choice
choice-lost = { $school } is no longer one of your schools. The remembered choice was deleted.
choice-sources-missing = A directory does not answer ({ $names }). Schools may be missing; try again in a few minutes.
choice-limited = { $portal } is shared by several schools. For which one do you want to enter?

profile-pupil = Pupil
profile-parent = { $children ->
    [0] Parent
    [one] Parent ({ $children } child)
   *[other] Parent ({ $children } children)
}
profile-family = Parent
profile-teacher = Teacher
profile-head = Management
profile-school-life = School life
profile-staff = Staff
profile-other = Other

state-open = Portal open
state-unknown = No portal is known for this school
state-no-portal = No portal found
state-not-reachable = Portal out of reach for now
state-inactive = Not open for now
state-denied = Not allowed

academic = Academic portal (Arena)
academic-heading = Academy
second-factor-asked = You will be asked for a second check

no-portal-what = { $count ->
    [one] Your account does belong to this school, but no portal is open for it.
   *[other] Your account does belong to these { $count } schools, but no portal is open for them.
}
arena-only-title = Your portal
arena-only-what = No school is linked to your account. The academic portal is open to you.
sources-asked = { $count ->
    [one] Directory consulted:
   *[other] Directories consulted:
}
