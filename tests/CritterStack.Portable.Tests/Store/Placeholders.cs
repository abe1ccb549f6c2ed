using Marten.Internal;

namespace CritterStack.Portable.Tests.Store;

public sealed class Placeholders
{
    [Theory]
    [InlineData("select ?, ?", "select $1, $2")]
    [InlineData("select ?::text[]", "select $1::text[]")]
    [InlineData("select '?' || ?", "select '?' || $1")]
    [InlineData("select 'it''s ?' || ?", "select 'it''s ?' || $1")]
    [InlineData("select E'\\'?' || ?", "select E'\\'?' || $1")]
    [InlineData("select name'?' || ?", "select name'?' || $1")]
    [InlineData("select \"a?\" from t where x = ?", "select \"a?\" from t where x = $1")]
    [InlineData("select $$?$$, ?", "select $$?$$, $1")]
    [InlineData("select $a$ $$?$$ $a$, ?", "select $a$ $$?$$ $a$, $1")]
    [InlineData("select 1 -- why?\n, ?", "select 1 -- why?\n, $1")]
    [InlineData("select 1 /* why? /* how? */ ? */, ?", "select 1 /* why? /* how? */ ? */, $1")]
    [InlineData("select 1 - ? / ?", "select 1 - $1 / $2")]
    [InlineData("select 'open ?", "select 'open ?")]
    [InlineData("", "")]
    public void Are_numbered_where_they_stand_for_values(string sql, string expected) =>
        Assert.Equal(expected, SqlPlaceholders.Of(sql).Sql);

    [Fact]
    public void Must_be_as_many_as_the_values() =>
        Assert.Throws<ArgumentException>(() => SqlPlaceholders.Of("select ?, ?").AssertCount(1));
}
