# Sign-in, sign-out, sessions.
sign-in = Sign in
sign-in-title = Sign in
sign-in-toward = You will then go on to { $portal }.
sign-in-login = Login
sign-in-password = Password
sign-in-wrong = Wrong login or password
sign-in-expired = This page stayed open for too long. Your login is kept; type your password again.
sign-in-flood = Too many sign-ins arrive at once. Your password is not to blame: try again in a few seconds.
sign-in-directory = Which account is yours?
sign-in-directory-help = Several directories know this login. Pick yours, then type your password again.
sign-in-cookie = Your browser does not keep the cookie that signing in needs. Allow cookies for this site, or leave private browsing, then reload the page.
sign-in-discovery = Choose another institution
sign-in-elsewhere = Is your account elsewhere?
sign-in-idp-silent = “{ $idp }” does not answer at the moment. Try again in a few minutes, or sign in in another way.
sign-in-idp-cancelled = Signing in with “{ $idp }” was refused or cancelled. You can try again.
sign-in-idp-refused = The answer of “{ $idp }” could not be verified. Start again from this page.
sign-in-demo = Trying the demonstration?
sign-in-demo-link = See the accounts

offer-title = Is it you?
offer-who = Continue as “{ $person }”?
offer-lead = “{ $idp }” sent you here although you did not begin on this page. Go on only if this is you.
offer-yes = Yes, continue
offer-no = No, sign in another way

leaving-title = Signing out
leaving-lead = Your session is over. The portals that you opened are told one after the other.
switching-title = Another school
switching-lead = The portal of the school before is closed before the next one opens.
switching-button = Go on
signed-out-title = You are signed out
signed-out-complete = Your session has ended, here and in the portals that were open.
signed-out-partial = Your session has ended here. Some portals may still be open: close the browser to be sure.
signed-out-done = signed out
signed-out-not-reached = no answer
signed-out-not-offered = close it yourself
signed-out-upstream = Sign out of “{ $idp }” too
signed-out-again = Sign in again

sessions-lead = The devices on which you are signed in. Do you see one that is not yours? End its session, then change your password.
sessions-this-one = this device
sessions-started = Started
sessions-last-used = Last used
sessions-address = Address
sessions-accounts = My accounts
sessions-end = End this session
sessions-end-others = { $count ->
    [one] End the other session
   *[other] End the { $count } other sessions
}

accounts-title = My accounts
accounts-lead = The accounts by which you are known here. Together they open all your schools, whichever of them you sign in with.
accounts-this-one = signed in
accounts-add-lead = Do you have an account elsewhere too, as a parent or in another directory? Sign in with it, and the two become one.
accounts-add = I have another account
accounts-part = Part this account
accounts-role = Your account may administrate: it stays apart from others.
accounts-joined = Your accounts are joined.
accounts-parted = The account is apart again.
accounts-fresh = You have just proved who you are. Now you can add your other account.
accounts-same = This account is one of yours already.

join-title = Are all of these accounts yours?
join-lead = Once joined, each of them opens everything that the others open. You can part them again.
join-yes = Yes, join them
join-no = No, change nothing

post-title = Opening { $portal }
post-lead = If nothing happens, use the button.
post-button = Continue to { $portal }
post-farewell = Signing out of { $portal }
post-farewell-button = Go on signing out

stale-title = This request has expired
stale-what = The request to sign in to { $portal } is too old or was used already. Nothing is lost.
stale-again = Start again at { $portal }

sign-out-title = Sign out
sign-out-lead = Your session on this device ends. Portals that are open already keep theirs: close the browser to leave them all.
sign-out-forget = Also forget the school remembered on this device
