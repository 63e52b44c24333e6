"""What all pages share: navigation, dates, Markdown, CSV, errors."""
