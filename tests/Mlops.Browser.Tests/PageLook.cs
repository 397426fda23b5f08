namespace Mlops.Browser.Tests;

/// <summary>Theme and size of a browser's window, in CSS pixels.</summary>
public sealed record PageLook(string Theme, int Width, int Height)
{
    public static PageLook Usual { get; } = new("dark", 1440, 1000);

    public override string ToString() => $"{Theme}, {Width} wide";
}
