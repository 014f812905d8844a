"""Django's rules for passwords, each with a sentence that says what to do; a sign-in or a command shows it as it is."""

from django.contrib.auth import password_validation as django


class NotLikeThePerson(django.UserAttributeSimilarityValidator):
    """Not the name or the address."""

    def get_error_message(self) -> str:
        """Say which of the two; Django fills it in."""
        return "The password is too similar to the %(verbose_name)s. Enter another one."


class LongEnough(django.MinimumLengthValidator):
    """So many characters at least."""

    def get_error_message(self) -> str:
        """Say how many."""
        return f"The password is too short. Enter {self.min_length} characters or more."


class NotCommon(django.CommonPasswordValidator):
    """None of those that attackers try first."""

    def get_error_message(self) -> str:
        """Say so."""
        return "The password is too common. Enter one that is not on the lists that attackers try."


class NotOnlyDigits(django.NumericPasswordValidator):
    """Not a number."""

    def get_error_message(self) -> str:
        """Say so."""
        return "The password is entirely numeric. Add letters to it."
