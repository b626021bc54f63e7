-- Records of the lookup find the person behind them by mail address.
CREATE INDEX person_mail ON person (lower(mail));
