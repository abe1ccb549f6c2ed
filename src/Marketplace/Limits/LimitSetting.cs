namespace Marketplace.Limits;

/// <summary>One limit that an operator may change: a whole number in the configuration's section <c>Limits</c>.</summary>
/// <param name="Name">Its key in the section; in the environment <c>Limits__</c> and the name.</param>
/// <param name="Default">The value without configuration.</param>
/// <param name="Least">The least value it may have.</param>
/// <param name="Most">The greatest value it may have.</param>
/// <param name="Unit">What is counted, in the plural.</param>
public sealed record LimitSetting(string Name, long Default, long Least, long Most, string Unit)
{
    /// <summary>The whole key: <c>Limits:</c> and the name.</summary>
    public string Key => $"{LimitSettings.Section}:{Name}";
}
