namespace Mlops.Server.Components.Layout;

/// <summary>Dark and light, kept in the cookie <c>theme</c>.</summary>
internal static class Themes
{
    public const string Dark = "dark";
    public const string Light = "light";

    /// <summary>The theme that the browser chose; dark before it did.</summary>
    public static string Of(HttpContext? context) => context?.Request.Cookies["theme"] == Light ? Light : Dark;
}
