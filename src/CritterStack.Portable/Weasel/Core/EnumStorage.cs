namespace Weasel.Core;

/// <summary>How enums are written in JSON.</summary>
public enum EnumStorage
{
    /// <summary>As numbers.</summary>
    AsInteger,

    /// <summary>As names.</summary>
    AsString,
}
