using Marketplace.Feeds;
using Npgsql;

namespace Marketplace.Tests.Feeds;

public class FeedFailureTests
{
    private static PostgresException Postgres(string state) => new("failed", "ERROR", "ERROR", state);

    [Theory]
    [InlineData("55P03", FeedFailure.Conflict)]
    [InlineData("40P01", FeedFailure.Conflict)]
    [InlineData("25P02", FeedFailure.Conflict)]
    [InlineData("57014", FeedFailure.Unavailable)]
    [InlineData("MW001", FeedFailure.Conflict)]
    [InlineData("MF001", FeedFailure.MovedOn)]
    [InlineData("57P01", FeedFailure.Unavailable)]
    [InlineData("53300", FeedFailure.Unavailable)]
    [InlineData("26000", FeedFailure.Unavailable)]
    [InlineData("22P02", FeedFailure.Unforeseen)]
    [InlineData("XX000", FeedFailure.Unforeseen)]
    public void A_state_of_the_server_means_the_same_bare_and_wrapped(string state, FeedFailure failure)
    {
        Assert.Equal(failure, FeedFailures.Of(Postgres(state)));
        Assert.Equal(failure, FeedFailures.Of(new InvalidOperationException("wrapped", Postgres(state))));
    }

    [Fact]
    public void A_driver_that_says_only_that_the_transaction_is_over_has_lost_the_connection()
    {
        Assert.Equal(FeedFailure.Unavailable, FeedFailures.Of(new InvalidOperationException("completed") { Source = "Npgsql" }));
        Assert.Equal(FeedFailure.Unforeseen, FeedFailures.Of(new ObjectDisposedException("transaction", Postgres("XX000")) { Source = "Npgsql" }));
    }

    [Fact]
    public void A_number_that_is_taken_is_no_lines_fault()
    {
        // A sequence that a crash took back gives it again; the next try draws another.
        Assert.Equal(FeedFailure.Unavailable, FeedFailures.Of(Taken("pkey_mt_events_seq_id")));
        Assert.Equal(FeedFailure.Unforeseen, FeedFailures.Of(Taken("pk_mt_events_id")));

        static PostgresException Taken(string constraint) => new("taken", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation, constraintName: constraint);
    }

    [Fact]
    public void Lines_that_somebody_else_has_dealt_with_are_no_damage()
    {
        Assert.Equal(FeedFailure.MovedOn, FeedFailures.Of(new FeedMovedOnException(Guid.Empty)));
        Assert.Equal(FeedFailure.Unforeseen, FeedFailures.Of(new InvalidDataException()));
    }

    [Fact]
    public void A_defect_of_ours_is_unforeseen() => Assert.Equal(FeedFailure.Unforeseen, FeedFailures.Of(new InvalidOperationException("ours")));
}
